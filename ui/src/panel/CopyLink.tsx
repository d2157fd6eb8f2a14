import { useState } from "react";
import { Button } from "react-aria-components";
import css from "./Head.module.css";

export function CopyLink() {
  const [said, setSaid] = useState("");
  async function copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid("Copied");
    } catch {
      // Pages opened from a file or in a frame may not write to the clipboard.
      setSaid("Copy it from the address bar");
    }
  }
  return (
    <>
      <Button className={css.action!} onPress={() => void copy()}>
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <path d="M6 8.2a2.6 2.6 0 0 0 3.7 0l2-2A2.6 2.6 0 0 0 8 2.5l-.8.8M8 5.8a2.6 2.6 0 0 0-3.7 0l-2 2A2.6 2.6 0 0 0 6 11.5l.8-.8" />
        </svg>
        Copy link
      </Button>
      <span className={css.said} role="status">
        {said}
      </span>
    </>
  );
}
