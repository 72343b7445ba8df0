import { onMounted, onUnmounted, type Ref } from 'vue'

/** Tells whenever an element comes within `margin` pixels of the window, or leaves it. Answers how to be told again. */
export function useNear(
  element: Readonly<Ref<HTMLElement | null>>,
  margin: number,
  tell: (near: boolean, box: DOMRectReadOnly) => void,
) {
  const watching = new IntersectionObserver(
    (seen) => {
      const last = seen.at(-1)!
      tell(last.isIntersecting, last.boundingClientRect)
    },
    { rootMargin: `${margin}px 0px` },
  )

  function again() {
    if (!element.value) return
    watching.unobserve(element.value)
    watching.observe(element.value)
  }

  onMounted(again)
  onUnmounted(() => watching.disconnect())
  return again
}
