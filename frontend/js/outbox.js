// Questions that have not reached the server: in IndexedDB, so that page and service worker see the same ones, else in
// localStorage. Each carries its idempotency key, so that it is registered once however often it is sent.

const NAME = "huiyin";
const STORE = "outbox";
const PREFIX = "hy-outbox:";
const KEPT_DAYS = 2; // an evening's question is of no use next week

export const isTooOld = (item) => Date.now() - item.at > KEPT_DAYS * 864e5;

function opened() {
  return new Promise((done, failed) => {
    if (typeof indexedDB === "undefined") { failed(new Error("none")); return; }
    const wish = indexedDB.open(NAME, 1);
    wish.onupgradeneeded = () => wish.result.createObjectStore(STORE, { keyPath: "key" });
    wish.onsuccess = () => done(wish.result);
    wish.onerror = wish.onblocked = () => failed(wish.error || new Error("blocked"));
  });
}

async function within(mode, act) {
  const db = await opened();
  try {
    return await new Promise((done, failed) => {
      const work = db.transaction(STORE, mode);
      const wish = act(work.objectStore(STORE));
      work.oncomplete = () => done(wish.result);
      work.onerror = work.onabort = () => failed(work.error);
    });
  } finally { db.close(); }
}

const plain = () => (typeof localStorage === "undefined" ? null : localStorage);

export async function keep(item) {
  try { await within("readwrite", (store) => store.put(item)); return; } catch (e) { /* the plain store then */ }
  const store = plain();
  if (store) store.setItem(PREFIX + item.key, JSON.stringify(item));
}

export async function forget(key) {
  try { await within("readwrite", (store) => store.delete(key)); } catch (e) { /* not there */ }
  const store = plain();
  if (store) store.removeItem(PREFIX + key);
}

export async function waiting() {
  let found = [];
  try { found = (await within("readonly", (store) => store.getAll())) || []; } catch (e) { /* none there */ }
  const store = plain();
  if (store) Object.keys(store).filter((name) => name.startsWith(PREFIX)).forEach((name) => {
    try { found.push(JSON.parse(store.getItem(name))); } catch (e) { store.removeItem(name); }
  });
  return found.sort((a, b) => a.at - b.at);
}

// A new token where the kept one is too old: the form's page prints one.
async function freshToken(address) {
  const page = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  const found = (await page.text()).match(/name="csrfmiddlewaretoken" value="([A-Za-z0-9]+)"/);
  return found ? found[1] : "";
}

const post = (item) => fetch(item.url, {
  method: "POST", credentials: "same-origin", body: new URLSearchParams(item.fields),
  headers: { "HX-Request": "true", "Idempotency-Key": item.key },
});

// What became of it: "arrived", "refused" (with the sentence), "unknown" (who asks has to sign in first), "other" (it was
// not written under the account that is signed in now), or "waits". Only an answer that names the key comes from the site:
// the sign-in page of somebody's wireless network says 200 to everything.
export async function deliver(item) {
  let answer;
  try {
    answer = await post(item);
    if (answer.status === 403) {
      item.fields.csrfmiddlewaretoken = await freshToken(item.page);
      answer = await post(item);
    }
  } catch (e) { return { state: "waits" }; }
  const html = await answer.text().catch(() => "");
  if (answer.ok) return answer.headers.get("X-Acknowledged") === item.key ? { state: "arrived", html } : { state: "waits" };
  if (answer.status === 412) return { state: "other", html };
  if (answer.status === 401) return { state: "unknown", address: answer.headers.get("HX-Redirect") || item.page };
  if (answer.status === 429 || answer.status >= 500 || answer.status === 403 || answer.status === 408) return { state: "waits" };
  return { state: "refused", html };
}
