import type { ApiProblem } from '@/api/problem'

/** Problems that are about one field although they do not name it. */
const ABOUT: Record<string, string> = {
  'invalid-weights': 'newWeights',
  'unknown-component': 'newWeights',
  'job-not-found': 'jobId',
  'nothing-stored': 'market',
}

/** What the problems say about a field or about parts of it; undefined when nothing. */
export function fieldErrors(problems: readonly (ApiProblem | null)[], field: string): string | undefined {
  for (const problem of problems) {
    if (problem === null) continue
    const said = problem.errors.filter((error) => error.field === field || error.field.startsWith(`${field}.`))
    if (said.length > 0) return said.map(({ message }) => message).join(' ')
    if (ABOUT[problem.code] === field) return problem.detail
  }
  return undefined
}
