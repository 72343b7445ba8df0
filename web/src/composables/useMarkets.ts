import { useApi } from '@/api/client'
import { useLoad } from './useLoad'

/** Markets that have a published index, sorted; empty while unknown. */
export function useMarkets() {
  const api = useApi()
  const { data, load } = useLoad(async (signal) => {
    const { items } = await api.indices(signal)
    return [...new Set(items.map((item) => item.market))].sort()
  })
  void load()
  return data
}
