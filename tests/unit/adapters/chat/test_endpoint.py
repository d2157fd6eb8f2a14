"""Everything an endpoint can do to us, in both formats: one sentence or one counted failure."""

import contextlib
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections import Counter

import pytest

from anonymuse.adapters.chat.anthropic_messages import AnthropicChat
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.attempts import Backoff
from anonymuse.adapters.chat.limiter import AdaptiveLimiter
from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat
from anonymuse.errors import BreakerError, ModelUnavailableError
from anonymuse.ports.chat import ChatFailure, as_questions
from tests.fake_server import FakeServer, Mixture

from .requests import request

CANARY = "zanzibar-heliotrope"
WIRES = ("openai", "anthropic")


def model(wire, server, **settings):
    if wire == "openai":
        return OpenAICompatibleChat(server.base_url, "fake", **settings)
    return AnthropicChat("fake", None, server.root, **settings)


def check(text):
    value = json.loads(text)
    if "task" not in value:
        raise ValueError
    return value


async def run(chat, count, text=CANARY, **settings):
    asking = ModelAsker(chat, backoff=Backoff(0.01, 0.02), **settings)
    asked = (request(f"{text} {n}") for n in range(count))
    try:
        return [answer async for _, answer in asking.ask(as_questions(asked, check))], asking.usage
    finally:
        await asking.close()


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("context", "context"),
        ("filter", "filter"),
        ("refusal", "refusal"),
        ("400", "invalid"),
        ("junk", "invalid"),
        ("html", "invalid"),
        ("prose", "invalid"),
        ("empty", "invalid"),
        ("500", "retryable"),
        ("529", "retryable"),
        ("drop", "retryable"),
    ],
)
def test_a_bad_row_is_counted_and_the_rest_is_there(run_async, wire, fault, kind):
    with FakeServer(faults=lambda _, body: fault if f"{CANARY} 3" in str(body) else None) as server:
        answers, usage = run_async(run(model(wire, server), 12))
    failures = [answer for answer in answers if isinstance(answer, ChatFailure)]
    assert len(answers) == 12
    assert [failure.kind for failure in failures] == [kind]
    assert usage.failures == {kind: 1}
    assert CANARY not in repr(answers)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("401", "rejected the key"),
        ("404", "no such model"),
        ("quota", "quota is used up"),
    ],
)
def test_what_ends_the_run_is_one_sentence(run_async, wire, fault, says):
    with FakeServer(faults=lambda *_: fault) as server:
        with pytest.raises(ModelUnavailableError, match=says) as caught:
            run_async(run(model(wire, server), 50))
        assert server.counts.calls <= 2 * 16
    assert CANARY not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("hang", "no answer within 0.05 seconds.*models.timeout.*models.chat_concurrency"),
        ("html", "web page.*ends in /v1"),
        ("500", "overloaded.*models.chat_concurrency"),
        ("drop", "cannot be reached.*whether the server runs"),
        ("refusal", "refused.*--fallback"),
        ("prose", "does not fit.*try another"),
        ("context", "too long.*extract.budget_tokens"),
    ],
)
def test_a_hopeless_endpoint_stops_the_run_with_what_to_change(run_async, wire, fault, says):
    with FakeServer(faults=lambda *_: fault) as server:
        chat = model(wire, server, timeout=0.05 if fault == "hang" else 5.0)
        with pytest.raises(BreakerError, match=says) as caught:
            run_async(run(chat, 500, max_attempts=2))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("wire", WIRES)
def test_a_hanging_call_is_asked_again(run_async, wire):
    with FakeServer(faults={2: "hang", 5: "hang"}) as server:
        answers, usage = run_async(run(model(wire, server, timeout=0.5), 10))
    assert not [a for a in answers if isinstance(a, ChatFailure)]
    assert usage.retries == 2


@pytest.mark.parametrize("wire", WIRES)
def test_a_storm_of_rejections_loses_nothing(run_async, wire):
    with FakeServer(latency=0.002, most=3, retry_after=0.01) as server:
        answers, usage = run_async(run(model(wire, server, concurrency=32), 80))
        assert server.counts.by_status["429"] > 0
    assert len(answers) == 80
    assert usage.failures is None


@pytest.mark.parametrize("wire", WIRES)
def test_a_bad_day_loses_nothing_and_counts_everything(run_async, wire):
    mixture = Mixture({"429": 0.03, "500": 0.02, "junk": 0.02, "drop": 0.01, "refusal": 0.05})
    with FakeServer(faults=mixture, retry_after=0.005) as server:
        answers, usage = run_async(run(model(wire, server), 300))
        assert len(server.counts.by_question) == 300
        refused = server.counts.by_status["refusal"]
    kinds = Counter(a.kind if isinstance(a, ChatFailure) else "answer" for a in answers)
    assert kinds == {"answer": 300 - refused, "refusal": refused}
    assert refused > 0
    assert usage.failures == {"refusal": refused}
    assert usage.calls == server.counts.calls


@pytest.mark.parametrize("wire", WIRES)
def test_nobody_there_is_said(run_async, wire):
    with FakeServer() as server:
        pass
    with pytest.raises(BreakerError, match="cannot be reached"):
        run_async(run(model(wire, server), 100, max_attempts=1))


@pytest.mark.parametrize("wire", WIRES)
def test_https_to_a_server_without_it_ends_the_run(run_async, wire):
    with FakeServer() as server:
        url = f"https://127.0.0.1:{server.port}"
        chat = (
            OpenAICompatibleChat(f"{url}/v1", "fake", concurrency=1)
            if wire == "openai"
            else AnthropicChat("fake", "k", url, concurrency=1)
        )
        with pytest.raises(ModelUnavailableError, match="does not speak https"):
            run_async(run(chat, 5))


@pytest.mark.parametrize("wire", WIRES)
def test_a_certificate_that_nobody_signed_ends_the_run(run_async, wire, certificate):
    with TlsServer(*certificate) as port:
        url = f"https://localhost:{port}"
        chat = (
            OpenAICompatibleChat(f"{url}/v1", "fake", concurrency=1)
            if wire == "openai"
            else AnthropicChat("fake", "k", url, concurrency=1)
        )
        with pytest.raises(ModelUnavailableError, match="certificate is not trusted"):
            run_async(run(chat, 5))


@pytest.mark.parametrize(
    ("wire", "prefix", "names"),
    [
        ("openai", "x-ratelimit-", ("limit-requests", "remaining-requests")),
        ("anthropic", "anthropic-ratelimit-", ("requests-limit", "requests-remaining")),
    ],
)
def test_what_is_told_in_headers_is_kept_to(run_async, wire, prefix, names):
    gate = AdaptiveLimiter(8)
    told = {prefix + names[0]: "600", prefix + names[1]: "500"}
    with FakeServer(extra_headers=told) as server:
        settings = {"tells_limits": True} if wire == "openai" else {}
        run_async(run(model(wire, server, limiter=gate, **settings), 3))
        times = [at for at, _ in server.counts.times]
    assert gate._requests.rate == 10
    assert len(times) == 3


def test_headers_of_unknown_hosts_are_not_believed(run_async):
    gate = AdaptiveLimiter(8)
    with FakeServer(extra_headers={"x-ratelimit-limit-requests": "2"}) as server:
        run_async(run(model("openai", server, limiter=gate), 3))
    assert gate._requests.rate is None


@pytest.mark.parametrize("wire", WIRES)
def test_text_never_follows_a_redirection_to_another_host(run_async, wire):
    with FakeServer() as stranger:
        leads = {"location": f"{stranger.base_url}/chat/completions"}
        moved = FakeServer(extra_headers=leads, say=lambda _: (307, "text/plain", "moved"))
        with moved as server, pytest.raises(ModelUnavailableError, match=r"leads elsewhere.*307"):
            run_async(run(model(wire, server), 3))
        assert stranger.counts.calls == 0


class TlsServer:
    """Speaks TLS with a certificate, and nothing else."""

    def __init__(self, certificate, key):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self._socket.getsockname()[1]

    def _serve(self):
        while self._open:
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            with connection, contextlib.suppress(OSError):
                connection.settimeout(1)
                self._context.wrap_socket(connection, server_side=True).close()

    def __exit__(self, *_):
        self._open = False
        self._thread.join(5)
        self._socket.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for localhost, made here."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    signed, key = str(folder / "certificate.pem"), str(folder / "key.pem")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = [openssl, "req", "-x509", *made, *subject, "-keyout", key, "-out", signed]
    subprocess.run(command, check=True, capture_output=True)
    return signed, key
