// Requests to the server. A verification or maintenance page replaces this page as soon as a request meets it.

export class ApiError extends Error {
  constructor(status, body) {
    super(body.error ?? `status ${status}`);
    this.status = status;
    this.code = body.error;
    this.body = body;
  }
}

async function request(method, path, content) {
  const response = await fetch(path, {
    method,
    headers: content === undefined ? {} : { "Content-Type": "application/json" },
    body: content === undefined ? undefined : JSON.stringify(content),
  });
  const body = await response.json().catch(() => ({}));
  if (body.error === "challenge" || body.error === "maintenance") location.reload();
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}

export const get = (path) => request("GET", path);
export const post = (path, content = {}) => request("POST", path, content);
export const put = (path, content) => request("PUT", path, content);
