import { ApiProblem, asProblem, isAbort } from './problem'

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>

/** The body of a good answer. Rejects with ApiProblem for every other one, and with the abort when it was aborted. */
export async function settled<T>(answer: Answer<T>): Promise<T> {
  try {
    const { data, error, response } = await answer
    if (data !== undefined && response.ok) return data
    throw ApiProblem.fromDocument(response.status, error)
  } catch (failure) {
    throw isAbort(failure) ? failure : asProblem(failure)
  }
}

/** The same for an answer without a body. */
export async function accepted(answer: Answer<unknown>): Promise<void> {
  try {
    const { error, response } = await answer
    if (!response.ok) throw ApiProblem.fromDocument(response.status, error)
  } catch (failure) {
    throw asProblem(failure)
  }
}
