/** The way to a second factor, step by step. `secret` is what the app is given as text; codes are shown once and then forgotten. */
export type TwoFactorStep =
  | { name: 'rest' }
  | { name: 'asking'; why: 'enable' | 'disable' | 'renew' }
  | { name: 'pairing'; uri: string; codes: string[] }
  | { name: 'codes'; codes: string[]; isNew: boolean }
export type TwoFactorEvent =
  | { type: 'ask'; why: 'enable' | 'disable' | 'renew' }
  | { type: 'offered'; uri: string; codes: string[] }
  | { type: 'confirmed' }
  | { type: 'renewed'; codes: string[] }
  | { type: 'close' }

export function reduceTwoFactor(step: TwoFactorStep, event: TwoFactorEvent): TwoFactorStep {
  switch (event.type) {
    case 'ask':
      return { name: 'asking', why: event.why }
    case 'offered':
      return step.name === 'asking' ? { name: 'pairing', uri: event.uri, codes: event.codes } : step
    // The codes are worth something only once the app is paired, so they are not shown before.
    case 'confirmed':
      return step.name === 'pairing' ? { name: 'codes', codes: step.codes, isNew: true } : step
    case 'renewed':
      return step.name === 'asking' ? { name: 'codes', codes: event.codes, isNew: false } : step
    case 'close':
      return { name: 'rest' }
  }
}

/** The secret of an `otpauth:` address in groups of four, as authenticator apps let it be typed. */
export const secretOf = (uri: string): string => (new URL(uri).searchParams.get('secret') ?? '').replace(/(.{4})(?=.)/g, '$1 ')
