/** An error as the service sends it: status, the name in `x-amzn-errortype`, a sentence. */
export class Fault extends Error {
  readonly status: number
  readonly type: string
  readonly headers: Record<string, string>

  constructor(status: number, type: string, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.type = type
    this.headers = headers
  }
}

export const invalid = (message: string): Fault => new Fault(400, 'ValidationException', message)

/** What a prompt may order with `sim:NAME`, and the control endpoint for the next call. */
export const TROUBLES = [
  ...(['filter', 'filter-input', 'filter-output', 'inference-error', 'partial', 'short', 'seedless'] as const),
  ...(['throttle', 'not-ready', 'quota', 'model-error', 'timeout', 'unavailable', 'internal', 'denied', 'agreement', 'gone'] as const),
  ...(['base64', 'not-a-picture', 'html', 'zeros', 'hang-up', 'drop'] as const),
] as const
export type Trouble = (typeof TROUBLES)[number]

/** The troubles that are errors of the service itself. */
const FAULTS: Partial<Record<Trouble, () => Fault>> = {
  throttle: () => new Fault(429, 'ThrottlingException', 'Too many requests, please wait before trying again.', { 'retry-after': '7' }),
  'not-ready': () => new Fault(429, 'ModelNotReadyException', 'The model is not ready for inference.'),
  quota: () => new Fault(400, 'ServiceQuotaExceededException', 'Your request exceeds the service quota for your account.'),
  'model-error': () => new Fault(424, 'ModelErrorException', 'The request failed due to an error while processing the model.'),
  timeout: () => new Fault(408, 'ModelTimeoutException', 'The request took too long to process.'),
  unavailable: () => new Fault(503, 'ServiceUnavailableException', 'Bedrock is unable to process your request.'),
  internal: () => new Fault(500, 'InternalServerException', 'The system encountered an unexpected error during processing.'),
  denied: () => new Fault(403, 'AccessDeniedException', "You don't have access to the model with the specified model ID."),
  agreement: () => new Fault(403, 'AccessDeniedException', 'MPAgreementBeingCreated'),
  gone: () => new Fault(404, 'ResourceNotFoundException', 'This model version has reached the end of its life.'),
}
export function throwTrouble(trouble: Trouble | undefined): void {
  const make = trouble && FAULTS[trouble]
  if (make) throw make()
}
