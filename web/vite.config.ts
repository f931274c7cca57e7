import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Lays a compressed copy beside each file that shrinks; the server sends it as it lies. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }) {
      if (!dir) return;
      for (const name of readdirSync(dir, { recursive: true, encoding: "utf-8" })) {
        if (!/\.(js|css|svg|html|wasm|json)$/.test(name)) continue;
        const content = readFileSync(join(dir, name));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "/",
  plugins: [react(), compressed()],
  resolve: {
    alias: {
      // Cornerstone3D reaches vtk.js, which expects two modules of Node; without them its page dies at start.
      events: here("./src/shims/events.ts"),
      url: here("./src/shims/url.ts"),
    },
  },
  worker: { format: "es" },
  // The DICOM loader starts its worker and its codecs beside itself; bundled ahead, it no longer finds them.
  optimizeDeps: { exclude: ["@cornerstonejs/dicom-image-loader"], include: ["dicom-parser"] },
  build: {
    outDir: here("../src/hilum/serving/pages"),
    emptyOutDir: true,
    // Everything is a file of its own: the content security policy allows no data in scripts or styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8470", "/enter": "http://127.0.0.1:8470" } },
});
