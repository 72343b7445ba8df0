interface ProblemDocument {
  title?: string
  status?: number
  code?: string
  detail?: string
  hint?: string | null
  errors?: FieldError[]
}

/** What is wrong with one field of a request, by the field's path in its body. */
export interface FieldError {
  field: string
  message: string
}

/** A refusal or failure as the page shows it; `code` is the server's stable code, or OFFLINE when no answer came. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    readonly hint: string | null,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail)
    this.name = 'ApiProblem'
  }

  get detail(): string {
    return this.message
  }

  static fromDocument(status: number, body: unknown): ApiProblem {
    const problem: ProblemDocument = typeof body === 'object' && body !== null ? body : {}
    return new ApiProblem(
      status,
      problem.code ?? `HTTP_${status}`,
      problem.title ?? `HTTP ${status}`,
      problem.detail ?? '',
      problem.hint ?? null,
      problem.errors ?? [],
    )
  }

  static offline(cause: unknown): ApiProblem {
    return new ApiProblem(0, 'OFFLINE', '', cause instanceof Error ? cause.message : '', null)
  }
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'

/** Turns whatever a request threw into the one shape the views can show. */
export function asProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : ApiProblem.offline(error)
}
