import { Button } from "react-aria-components";
import css from "./Message.module.css";

interface Props {
  title: string;
  text: string;
  action: string;
  onAction: () => void;
}

/** Something is not there: what, and what to do. */
export function Message({ title, text, action, onAction }: Props) {
  return (
    <div className={css.message} role="alert">
      <h1 className={css.title}>{title}</h1>
      <p className={css.text}>{text}</p>
      <Button className={css.action!} onPress={onAction}>
        {action}
      </Button>
    </div>
  );
}
