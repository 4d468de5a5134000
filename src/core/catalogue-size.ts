import type { Problem } from './catalogue-fields.ts'
import { sentSize } from './catalogue-inputs.ts'
import type { GenerationRequest } from './generation.ts'
import type { Model, ModelTask, SizeRule } from './model.ts'

type Size = { width: number; height: number }
type Asked = { request: GenerationRequest; sizes: readonly (Size | undefined)[]; parameters: Record<string, unknown> }
type Settled = {
  size?: Size
  request: Pick<GenerationRequest, 'width' | 'height' | 'aspectRatio'>
  adjustments: string[]
  problems: Problem[]
}
type FreeRule = Extract<SizeRule, { kind: 'aspects' | 'list' | 'range' }>

/** An exact size is met by cropping and resizing; outside of these it would be another picture than the one the model made. Pixels. */
const MIN_SIDE = 32
const MAX_SIDE = 8192
const MAX_ASPECT = 5
export const MARGINS = ['left', 'right', 'up', 'down'] as const

/**
 * The size the pictures will have and what to write into the request, with a sentence for everything that differs from what was asked.
 * Size is undefined where only the model knows it.
 */
export function settleSize(model: Model, offer: ModelTask, asked: Asked): Settled {
  const problems = shapeProblems(asked.request)
  if (offer.size.kind === 'margins') problems.push(...marginProblems(offer, asked.parameters))
  if (problems.length > 0) return { request: {}, adjustments: [], problems }
  const rule = offer.size
  const isFree = rule.kind === 'aspects' || rule.kind === 'list' || rule.kind === 'range'
  return isFree ? settleFree(model, rule, asked.request) : settleFromSource(offer, asked)
}

function shapeProblems({ width, height, aspectRatio }: GenerationRequest): Problem[] {
  const problems: Problem[] = []
  if ((width === undefined) !== (height === undefined))
    problems.push({ path: width === undefined ? 'width' : 'height', problem: 'give width and height together, or neither' })
  for (const [path, side] of Object.entries({ width, height })) {
    if (side !== undefined && !(Number.isInteger(side) && side >= MIN_SIDE && side <= MAX_SIDE))
      problems.push({ path, problem: `is ${side}; give ${MIN_SIDE} to ${MAX_SIDE} pixels` })
  }
  if (aspectRatio !== undefined && width !== undefined)
    problems.push({ path: 'aspectRatio', problem: 'give either aspectRatio or width and height' })
  const aspect = aspectRatio === undefined ? (width ?? height ?? 1) / (height ?? width ?? 1) : aspectOf(aspectRatio)
  if (!(aspect <= MAX_ASPECT && aspect >= 1 / MAX_ASPECT))
    problems.push({ path: aspectRatio === undefined ? 'width' : 'aspectRatio', problem: `give at most ${MAX_ASPECT}:1 or 1:${MAX_ASPECT}` })
  return problems
}

function marginProblems(offer: ModelTask, parameters: Record<string, unknown>): Problem[] {
  const names = MARGINS.filter((name) => offer.parameters.some((spec) => spec.name === name))
  const isGrown = names.some((name) => Number(parameters[name] ?? 0) > 0)
  return isGrown ? [] : [{ path: 'parameters', problem: `give at least one of ${names.join(', ')} above 0` }]
}

function settleFree(model: Model, rule: FreeRule, { width, height, aspectRatio }: GenerationRequest): Settled {
  const none = { adjustments: [], problems: [] }
  if (width !== undefined && height !== undefined) {
    const wanted = { width, height }
    const native = nativeSize(rule, wanted)
    return { size: wanted, request: wanted, adjustments: difference(model, rule, { native, wanted }), problems: [] }
  }
  if (rule.kind === 'aspects') {
    const aspect = aspectRatio ?? rule.default
    if (rule.aspects.includes(aspect)) return { request: { aspectRatio: aspect }, ...none }
    return settleAspect(model, rule, { aspect, pixels: rule.megapixels * 1e6 })
  }
  const [defaultWidth, defaultHeight] = rule.default
  if (aspectRatio === undefined) {
    const size = { width: defaultWidth, height: defaultHeight }
    return { size, request: size, ...none }
  }
  return settleAspect(model, rule, { aspect: aspectRatio, pixels: defaultWidth * defaultHeight })
}

/** An aspect that the model does not make by name: the largest of it inside the nearest size that the model does make. */
function settleAspect(model: Model, rule: FreeRule, { aspect, pixels }: { aspect: string; pixels: number }): Settled {
  const native = nativeSize(rule, sizeOfAspect(aspect, pixels))
  const wanted = trimmed(native, aspectOf(aspect))
  const request = { ...wanted, aspectRatio: undefined }
  return { size: wanted, request, adjustments: difference(model, rule, { native, wanted }), problems: [] }
}

/** Tasks whose size follows the source; an exact size asked for is met afterwards. */
function settleFromSource(offer: ModelTask, { request, sizes, parameters }: Asked): Settled {
  const { width, height, aspectRatio } = request
  if (aspectRatio !== undefined)
    return {
      request: {},
      adjustments: [],
      problems: [{ path: 'aspectRatio', problem: `the size of ${offer.task} follows its source; leave it out` }],
    }
  const source = sizes[(request.inputs ?? []).findIndex((one) => one.role === 'source' || one.role === 'structure')]
  const made = source && madeSize(offer, sentSize(source, offer.inputLimits), parameters)
  if (width === undefined || height === undefined) return { ...(made && { size: made }), request: {}, adjustments: [], problems: [] }
  const wanted = { width, height }
  const isSame = made && made.width === width && made.height === height
  const adjustments = isSame ? [] : [`cropped and resized the result to ${show(wanted)}, the size asked for`]
  return { size: wanted, request: wanted, adjustments, problems: [] }
}

function madeSize({ size }: ModelTask, source: Size, parameters: Record<string, unknown>): Size | undefined {
  if (size.kind === 'model') return undefined
  if (size.kind === 'input') return source
  if (size.kind === 'scale') return { width: source.width * size.factor, height: source.height * size.factor }
  const [left, right, up, down] = MARGINS.map((name) => Number(parameters[name] ?? 0)) as [number, number, number, number]
  return { width: source.width + left + right, height: source.height + up + down }
}

/** The size the model itself makes for a wanted one: nearest aspect first, then enough pixels. */
export function nativeSize(rule: FreeRule, wanted: Size): Size {
  if (rule.kind === 'aspects') return sizeOfAspect(nearestAspect(rule.aspects, wanted), rule.megapixels * 1e6)
  if (rule.kind === 'list') {
    const off = ([width, height]: readonly [number, number]) => Math.abs(Math.log((width / height) * (wanted.height / wanted.width)))
    const best = Math.min(...rule.sizes.map(off))
    const closest = rule.sizes.filter((size) => off(size) < best + 0.001).toSorted((a, b) => a[0] * a[1] - b[0] * b[1])
    const [width, height] = closest.find(([w, h]) => w >= wanted.width && h >= wanted.height) ?? closest.at(-1)!
    return { width, height }
  }
  return intoRange(rule, wanted)
}

/** The nearest size that a range allows: grown to its least side, shrunk to its most pixels, on its grid. */
function intoRange(rule: Extract<SizeRule, { kind: 'range' }>, wanted: Size): Size {
  const { min, max, multipleOf, maxPixels, maxAspect } = rule
  const aspect = Math.min(maxAspect, Math.max(1 / maxAspect, wanted.width / wanted.height))
  let width = wanted.width
  let height = wanted.width / aspect
  const grow = Math.max(1, min / Math.min(width, height), wanted.height / height)
  ;[width, height] = [width * grow, height * grow]
  const shrink = Math.min(1, max / Math.max(width, height), Math.sqrt(maxPixels / (width * height)))
  const onGrid = (side: number, round: (x: number) => number) => Math.min(max, Math.max(min, round(side / multipleOf) * multipleOf))
  const up = { width: onGrid(width * shrink, Math.ceil), height: onGrid(height * shrink, Math.ceil) }
  const isLegal = up.width * up.height <= maxPixels && Math.max(up.width / up.height, up.height / up.width) <= maxAspect
  if (isLegal) return up
  return { width: onGrid(width * shrink, Math.floor), height: onGrid(height * shrink, Math.floor) }
}

/** The listed aspect nearest to a shape, compared as logarithms so that 2:1 and 1:2 are equally far from 1:1. */
export function nearestAspect(aspects: readonly string[], { width, height }: Size): string {
  const off = (aspect: string) => Math.abs(Math.log(aspectOf(aspect) / (width / height)))
  return aspects.reduce((best, aspect) => (off(aspect) < off(best) - 1e-9 ? aspect : best))
}

function difference(model: Model, rule: FreeRule, { native, wanted }: { native: Size; wanted: Size }): string[] {
  if (native.width === wanted.width && native.height === wanted.height) return []
  const made = rule.kind === 'aspects' ? `${nearestAspect(rule.aspects, wanted)}, about ${rule.megapixels} megapixels` : show(native)
  const isLarger = wanted.width > native.width || wanted.height > native.height
  const how = isLarger ? 'enlarged' : 'resized'
  const aspectOff = Math.abs(Math.log(native.width / native.height / (wanted.width / wanted.height)))
  return [`${model.name} makes ${made}; ${aspectOff > 0.01 ? `cropped and ${how}` : how} to ${show(wanted)}`]
}

const aspectOf = (aspect: string): number => {
  const [width = 1, height = 1] = aspect.split(':').map(Number)
  return width / height
}
const sizeOfAspect = (aspect: string, pixels: number): Size => ({
  width: Math.round(Math.sqrt(pixels * aspectOf(aspect)) / 16) * 16,
  height: Math.round(Math.sqrt(pixels / aspectOf(aspect)) / 16) * 16,
})
/** The largest size of an aspect inside another. */
const trimmed = ({ width, height }: Size, aspect: number): Size =>
  width / height > aspect ? { width: Math.round(height * aspect), height } : { width, height: Math.round(width / aspect) }
const show = ({ width, height }: Size) => `${width} × ${height}`
