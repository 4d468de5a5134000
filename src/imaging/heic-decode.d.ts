/** heic-decode 2.1.0 ships no types. */
declare module 'heic-decode' {
  type Decoded = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }
  type Pending = { width: number; height: number; decode: () => Promise<Decoded> }
  function decode(source: { buffer: Uint8Array }): Promise<Decoded>
  namespace decode {
    function all(source: { buffer: Uint8Array }): Promise<Pending[] & { dispose: () => void }>
  }
  export default decode
}
