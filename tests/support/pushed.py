"""A push service and a chat's robot for tests in a real browser, and the way from what they got into a phone's worker."""

import base64
import json
import secrets
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# The browser here cannot subscribe: it has no push service. Everything after that is its own.
FAKED = """(() => { if (!location.protocol.startsWith("http")) return; const S = %s; let held = null
 const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0)).buffer
 const made = options => ({ endpoint: S.endpoint, options, getKey: name => bytes(S.keys[name]), toJSON: () => S,
   unsubscribe: async () => { held = null; localStorage.removeItem('faked'); return true } })
 if (localStorage.getItem('faked')) held = made({})
 PushManager.prototype.subscribe = async options => { localStorage.setItem('faked', '1'); return held = made(options) }
 PushManager.prototype.getSubscription = async () => held })()"""


# The same in the worker. `lost` is what was done to the subscription behind our back.
WORKER_FAKED = """said => { let held = null
 const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0)).buffer
 PushManager.prototype.getSubscription = async () => held
 PushManager.prototype.subscribe = async options => held = { endpoint: said.endpoint, options, getKey: name => bytes(said.keys[name]), toJSON: () => said, unsubscribe: async () => true } }"""


UNTRIED = """new Promise(ok => { const asked = indexedDB.open('lastmetre'); asked.onsuccess = () => {
  const tx = asked.result.transaction('meta', 'readwrite'), meta = tx.objectStore('meta'), got = meta.get('push')
  got.onsuccess = () => { const { tried, ...told } = got.result; meta.put(told, 'push') }
  tx.oncomplete = () => { asked.result.close(); ok() } } })"""


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """What a browser keeps of a subscription; opens what was sent to it."""

    def __init__(self, base: str, name: str) -> None:
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
        self.path = f"/p/{name}"
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.said = {"endpoint": base + self.path, "keys": {"p256dh": b64(self.point), "auth": b64(self.secret)}}
        self.script = FAKED % json.dumps(self.said)

    def open(self, body: bytes) -> dict:
        """aes128gcm in one record (RFC 8188, 8291)."""
        salt, _, length = body[:16], struct.unpack(">I", body[16:20])[0], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

        def derived(material: bytes, salted: bytes, info: bytes, size: int) -> bytes:
            return HKDF(hashes.SHA256(), size, salted, info).derive(material)

        material = derived(shared, self.secret, b"WebPush: info\0" + self.point + theirs, 32)
        key, nonce = (
            derived(material, salt, info, size)
            for info, size in ((b"Content-Encoding: aes128gcm\0", 16), (b"Content-Encoding: nonce\0", 12))
        )
        return json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")[:-1])


@contextmanager
def services() -> Iterator[SimpleNamespace]:
    """`.url`, and `.posts`: (path, body) of all that came."""
    posts: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            posts.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_address[1]}", posts=posts)
    finally:
        server.shutdown()


def deliver(phone, page, told: dict | str) -> None:
    """Into the phone's worker, as its push service would."""
    registered: list[dict] = []
    tools = phone.context.new_cdp_session(page)
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registered.extend(event["registrations"]))
    tools.send("ServiceWorker.enable")
    for _ in range(50):
        if registered:
            break
        page.wait_for_timeout(100)
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    tools.send(
        "ServiceWorker.deliverPushMessage", {"origin": phone.base_url, "registrationId": registered[-1]["registrationId"], "data": text}
    )


def lose(phone, page, fresh: Browser) -> None:
    """Her browser forgot the subscription; asked again it makes the one of `fresh`.

    Until here the worker knew only its own browser, which cannot subscribe: that it tried in vain is forgotten too.
    """
    page.evaluate("localStorage.removeItem('faked')")
    page.evaluate(UNTRIED)
    phone.context.service_workers[0].evaluate(WORKER_FAKED, fresh.said)


SHOWN = """navigator.serviceWorker.ready.then(it => it.getNotifications()).then(all => all.map(one =>
  ({ title: one.title, body: one.body, tag: one.tag, silent: one.silent, path: one.data && one.data.path, actions: one.actions.map(each => each.action) })))"""


def shown(page) -> list[dict]:
    return page.evaluate(SHOWN)


PRESS = """async ([tag, action]) => { const [note] = await registration.getNotifications({ tag })
  dispatchEvent(new NotificationEvent('notificationclick', { notification: note, action })) }"""


def press(phone, tag: str, action: str = "") -> None:
    """On the notification, or one of its buttons."""
    phone.context.service_workers[0].evaluate(PRESS, [tag, action])
