import { Button } from "react-aria-components";
import css from "./More.module.css";

/** Shows the rest of a list, or less of it again. */
export function More({ onPress, children }: { onPress: () => void; children: string }) {
  return (
    <Button className={css.more!} onPress={onPress}>
      {children}
    </Button>
  );
}
