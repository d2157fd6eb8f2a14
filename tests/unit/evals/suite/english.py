class English:
    """A detector for tests whose texts are all in one language."""

    id = "english"

    def detect(self, text: str) -> str:
        return "English"
