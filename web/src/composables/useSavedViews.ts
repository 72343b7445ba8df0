import { readonly, ref } from 'vue'
import { readFilters, writeFilters, type JobFilters } from './jobFilters'

const SLOT = 'dart-batch.views'

export interface SavedView {
  name: string
  query: Record<string, string>
}

const isView = (one: unknown): one is SavedView =>
  typeof one === 'object' &&
  one !== null &&
  'name' in one &&
  typeof one.name === 'string' &&
  'query' in one &&
  typeof one.query === 'object' &&
  one.query !== null

/** What this browser keeps; what cannot be read as views counts as none. */
function kept(): SavedView[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(SLOT) ?? '[]')
    return Array.isArray(found) ? found.filter(isView) : []
  } catch (failure) {
    if (failure instanceof SyntaxError) return []
    throw failure
  }
}

/** Named filters of the jobs list, kept in this browser. Saving under a name that is taken replaces that view. */
export function useSavedViews() {
  const views = ref(kept())

  function keep(changed: SavedView[]) {
    views.value = changed
    localStorage.setItem(SLOT, JSON.stringify(changed))
  }

  const without = (name: string) => views.value.filter((view) => view.name !== name)

  const save = (name: string, filters: JobFilters) =>
    keep([...without(name), { name, query: writeFilters(filters) as Record<string, string> }])

  const forget = (name: string) => keep(without(name))

  const open = (view: SavedView): JobFilters => readFilters(view.query)

  return { views: readonly(views), save, forget, open }
}
