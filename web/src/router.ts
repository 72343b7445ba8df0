import { createRouter, createWebHistory } from 'vue-router'
import type { Role } from '@/api/accessContract'

declare module 'vue-router' {
  interface RouteMeta {
    /** The least role that this view is for; none: everybody who is signed in. */
    role?: Role
  }
}

export function makeRouter() {
  return createRouter({
    history: createWebHistory(import.meta.env.BASE_URL),
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
    routes: [
      { path: '/', redirect: { name: 'jobs' } },
      { path: '/jobs', name: 'jobs', component: () => import('@/views/JobsView.vue') },
      { path: '/new', name: 'new-job', component: () => import('@/views/NewJobView.vue'), meta: { role: 'operator' } },
      { path: '/jobs/:jobId', name: 'job', component: () => import('@/views/JobView.vue'), props: true },
      { path: '/jobs/:jobId/diff', name: 'diff', component: () => import('@/views/DiffView.vue'), props: true },
      {
        path: '/index/:market/publications',
        name: 'publications',
        component: () => import('@/views/PublicationsView.vue'),
        props: true,
      },
      { path: '/index/:market?', name: 'index', component: () => import('@/views/IndexView.vue'), props: true },
      { path: '/reports', name: 'reports', component: () => import('@/views/ReportsView.vue') },
      { path: '/workers', name: 'workers', component: () => import('@/views/WorkersView.vue') },
      { path: '/users', name: 'users', component: () => import('@/views/UsersView.vue'), meta: { role: 'admin' } },
      { path: '/keys', name: 'keys', component: () => import('@/views/KeysView.vue'), meta: { role: 'admin' } },
      { path: '/audit', name: 'audit', component: () => import('@/views/AuditView.vue'), meta: { role: 'admin' } },
      { path: '/:rest(.*)*', name: 'lost', component: () => import('@/views/LostView.vue') },
    ],
  })
}
