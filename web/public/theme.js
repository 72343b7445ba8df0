// Runs before the first paint, from a file, because the server's policy forbids inline scripts.
const stored = localStorage.getItem('vueuse-color-scheme')
const dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.classList.toggle('dark', dark)
