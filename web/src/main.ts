import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { apiKey, createApi } from './api/client'
import { makeI18n } from './i18n'
import { makeRouter } from './router'
import { takeDenialFromFragment, takeKeyFromFragment, takeLoginFromFragment, useSessionStore } from './stores/session'
import './styles/main.css'

const keyFromFragment = takeKeyFromFragment()
const loginFromFragment = takeLoginFromFragment()
const denialFromFragment = takeDenialFromFragment()
const app = createApp(App)
app.use(createPinia())
const session = useSessionStore()
if (keyFromFragment) session.accept(keyFromFragment, true)
else if (denialFromFragment) session.deny(denialFromFragment)
else void session.begin(loginFromFragment)
app.provide(apiKey, createApi(session))
app.use(makeI18n()).use(makeRouter()).use(ui)
app.mount('#app')
