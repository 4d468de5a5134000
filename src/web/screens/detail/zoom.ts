/** How a picture is looked at: its scale over "fits the frame", and how far it is pushed from the middle, in frame pixels. */
export type Zoom = { scale: number; x: number; y: number }
export type Frame = { width: number; height: number }

export const FITTED: Zoom = { scale: 1, x: 0, y: 0 }
export const MOST = 16

/** The size of the picture in the frame at scale 1. Never larger than the picture itself. */
export function fittedSize(picture: Frame, frame: Frame): Frame {
  const ratio = Math.min(frame.width / picture.width, frame.height / picture.height, 1)
  return { width: picture.width * ratio, height: picture.height * ratio }
}

/** Scales around a point of the frame (from its middle), so that what is under the pointer stays there. */
export function zoomAt(zoom: Zoom, factor: number, at: { x: number; y: number }, fitted: Frame, frame: Frame): Zoom {
  const scale = Math.min(MOST, Math.max(1, zoom.scale * factor))
  const change = scale / zoom.scale
  return held({ scale, x: at.x - (at.x - zoom.x) * change, y: at.y - (at.y - zoom.y) * change }, fitted, frame)
}

export const panBy = (zoom: Zoom, dx: number, dy: number, fitted: Frame, frame: Frame): Zoom =>
  held({ ...zoom, x: zoom.x + dx, y: zoom.y + dy }, fitted, frame)

/** An edge of the picture never comes further in than the frame's: there is nothing to see beyond it. */
function held({ scale, x, y }: Zoom, fitted: Frame, frame: Frame): Zoom {
  const limit = (size: number, room: number) => Math.max(0, (size * scale - room) / 2)
  const clamp = (value: number, most: number) => Math.min(most, Math.max(-most, value)) + 0
  return { scale, x: clamp(x, limit(fitted.width, frame.width)), y: clamp(y, limit(fitted.height, frame.height)) }
}
