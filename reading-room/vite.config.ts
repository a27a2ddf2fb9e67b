import { defineConfig } from 'vite';

/** How the pages are built: one script and one style sheet from their own origin, and the licences of what is in them. */
export default defineConfig({
  base: '/reading-room/',
  // React's slower build for developers is never served, on whatever machine the pages are built.
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2023',
    license: { fileName: 'licences.md' },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // Packages that serve servers too mark what is for browsers: here everything is.
      onLog: (level, log, next) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && next(level, log),
    },
  },
  oxc: { jsx: { runtime: 'automatic' } },
});
