import { useStore } from "../state/store";
import css from "./App.module.css";
import { Boot } from "./Boot";
import { Guard } from "./Guard";
import { Header } from "./Header";
import { HelpSheet } from "./HelpSheet";
import { Notices, OnPaper } from "./Notices";
import { Screens } from "./Screens";
import { Tour } from "./Tour";
import { useMain } from "./useMain";

export function App() {
  const loaded = useStore((state) => state.loaded);
  const screen = useStore((state) => state.view.screen);
  const main = useMain();
  if (!loaded) return <Boot />;
  return (
    <div className={css.app} data-screen={screen}>
      <a className={css.skip} href="#main">
        Skip to the content
      </a>
      <Header loaded={loaded} />
      <Notices loaded={loaded} />
      <OnPaper loaded={loaded} />
      <main id="main" ref={main} tabIndex={-1} className={css.main}>
        <Guard key={`${screen} ${loaded.key}`} part="This screen">
          <Screens loaded={loaded} />
        </Guard>
      </main>
      <HelpSheet />
      <Guard part="The tour">
        <Tour loaded={loaded} />
      </Guard>
    </div>
  );
}
