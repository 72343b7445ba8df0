import { useI18n } from 'vue-i18n'
import { wordsOf } from '@/components/index/componentState'

/** A component's name in the reader's language; one the page does not know, as words. */
export function useComponentName() {
  const { t, te } = useI18n()
  return (name: string) => (te(`component.${name}`) ? t(`component.${name}`) : wordsOf(name))
}
