/**
 * Small functions of the edge, as text: the runtime has neither modules of ours nor much of the language, and these are a few lines. What
 * checks links is `src/entries/deliver.edge.ts`, and comes bundled.
 */

/** The studio is one page: every path without a dot is that file. Error pages of the whole distribution would also catch the API's. */
export const PAGE_FUNCTION = `
function handler(event) {
  var request = event.request;
  var last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (last.indexOf('.') === -1) request.uri = '/index.html';
  return request;
}`.trim()

/** The gateway looks for credentials in one header; a key may also come as \`api-key\`. */
export const CREDENTIAL_FUNCTION = `
function handler(event) {
  var headers = event.request.headers;
  if (headers['api-key'] && !headers.authorization) headers.authorization = { value: 'Bearer ' + headers['api-key'].value };
  return event.request;
}`.trim()
