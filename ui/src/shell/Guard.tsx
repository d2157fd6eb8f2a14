import { Component, type ReactNode } from "react";
import { Message } from "./Message";

interface Props {
  /** What is inside, as the beginning of a sentence. */
  part: string;
  children: ReactNode;
}

/** Keeps a part that fails from taking the page with it. What failed is named, never its data. */
export class Guard extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Message
        title={`${this.props.part} could not be shown.`}
        text="The rest of the report works. If it fails again, load the page anew, or tell whoever made the report what you did last."
        action="Try again"
        onAction={() => this.setState({ failed: false })}
      />
    );
  }
}
