import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** A screen's own parts, and what `ui/parts.ts` keeps from the first script. */
const WAITS = /[\\/](screens|@radix-ui|@floating-ui|react-remove-scroll|aria-hidden|accounts\.ts)/

/** The static bundle that both worlds serve. In development the API is expected on port 3000. */
export default defineConfig({
  root: 'src/web',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // The strict content security policy allows no inline script, and no data: font or script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    chunkSizeWarningLimit: 300,
    rolldownOptions: {
      output: {
        // What nearly every screen needs comes in one piece: many small files are more requests, and compress worse.
        codeSplitting: { groups: [{ name: 'shared', minShareCount: 4, test: (id) => !WAITS.test(id) }] },
      },
    },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/i', '/auth', '/.well-known', '/uploads', '/v1', '/docs', '/health', '/generate-upload-url'].map((path) => [
        path,
        { target: 'http://127.0.0.1:3000' },
      ]),
    ),
  },
})
