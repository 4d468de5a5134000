import { createHash, createHmac } from 'node:crypto'

/** Node's SHA-256 in the shape that AWS's signers ask for; a hash under a key where they give a secret. */
export class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string)
  }
  update(data: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(data as string)
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
  reset() {}
}
