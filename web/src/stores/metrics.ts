import { defineStore } from 'pinia'
import { readonly, ref, shallowRef } from 'vue'
import type { Metrics } from '@/api/contract'

export const useMetricsStore = defineStore('metrics', () => {
  const current = shallowRef<Metrics | null>(null)
  const at = ref<number | null>(null)

  function apply(metrics: Metrics) {
    current.value = metrics
    at.value = Date.now()
  }

  return { current: readonly(current), at: readonly(at), apply }
})
