import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const api = process.env.DART_API_URL ?? 'http://localhost:3000'

export default defineConfig({
  base: '/batch/',
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  plugins: [
    vue(),
    ui({
      autoImport: false,
      components: { dirs: [], dts: 'src/components.d.ts' },
      icon: { clientBundle: { scan: { globInclude: ['src/**/*.{vue,ts}'], globExclude: [] } } },
      ui: {
        colors: { primary: 'teal', neutral: 'slate', success: 'teal', info: 'sky', warning: 'amber', error: 'rose' },
        alert: { slots: { title: 'text-highlighted', description: 'text-sm text-default opacity-100' } },
      },
    }),
  ],
  build: {
    outDir: '../src/dart_batch/entrypoints/api/page',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': api } },
  test: { environment: 'happy-dom', include: ['src/**/*.spec.ts'], restoreMocks: true, testTimeout: 20_000 },
})
