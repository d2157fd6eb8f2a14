import { StrictMode } from "react";
import { I18nProvider } from "react-aria-components";
import { createRoot } from "react-dom/client";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/print.css";
import { App } from "./shell/App";
import { Guard } from "./shell/Guard";
import { listenToKeys } from "./state/keys";
import { followReport, saveOnLeave } from "./state/notes";
import { followAddress, useStore } from "./state/store";
import { followTheme } from "./state/theme";

followTheme();
followAddress();
listenToKeys();
followReport();
saveOnLeave();
void useStore.getState().start();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Guard part="The page">
      {/* the build leaves the widgets only their English words */}
      <I18nProvider locale="en-US">
        <App />
      </I18nProvider>
    </Guard>
  </StrictMode>,
);
