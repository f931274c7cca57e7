import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./style/tokens.css";
import "./style/base.css";
import "./shell/theme";
import { watchAttention } from "./api/attention";
import { queries } from "./api/queries";
import { Workbench } from "./shell/Workbench";

watchAttention();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Workbench />
      </QueryClientProvider>
    </StrictMode>,
  );
