/* A ballot sealed in the browser: the same bytes as participatory/urn (document.py, sealing.py, receipts.py).
   HPKE (RFC 9180): X25519 of WebCrypto, HKDF-SHA256, ChaCha20-Poly1305. How to use it: at the end of this file. */
import { Chacha20Poly1305, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "../vendor/hpke-1.9.0/hpke.js";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TRACKER_LETTERS = 16;
const GREATEST_VALUE = 9999;
const NAME = /^[0-9A-Za-z_.-]{1,40}$/;
const TRACKER = /^([0-9A-HJKMNP-TV-Z]{16})?$/;
const KEY_BYTES = 32;
const SPACE = 32;
/* How WebCrypto is given a bare private key: what stands before its 32 bytes in PKCS #8 (RFC 8410). */
const PKCS8 = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];
const X25519 = "X25519";

const suite = () => new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Chacha20Poly1305(),
});

export const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (text) => {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new RangeError("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
};
export const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

const checked = (fits, value, what) => {
  if (!fits) throw new RangeError(`${what}: ${value}`);
  return value;
};
const name = (value) => checked(typeof value === "string" && NAME.test(value), value, "not a name");
const worth = (value) => checked(
  Number.isInteger(value) && value >= 1 && value <= GREATEST_VALUE, value, "not a value of a choice",
);
const byCode = (a, b) => (a < b ? -1 : Number(a > b));

const contestText = ({ choices, tracker = "" }) => {
  const written = choices.map(([project, value]) => [name(project), worth(value)]).sort(([a], [b]) => byCode(a, b));
  checked(new Set(written.map(([project]) => project)).size === written.length, "", "a project named twice");
  checked(TRACKER.test(tracker), tracker, "not a tracker");
  return `{"choices":${JSON.stringify(written)},"tracker":"${tracker}"}`;
};

/* The canonical JSON, padded with spaces. Written by hand, since JSON.stringify puts keys such as "10" first. */
export const documentBytes = ({ round, kind, contests }, size) => {
  const keys = Object.keys(contests).map(name).sort(byCode);
  checked(keys.length > 0, "", "no contest");
  const each = keys.map((key) => `"${key}":${contestText(contests[key])}`).join(",");
  const text = `{"contests":{${each}},"kind":"${name(kind)}","round":"${name(round)}"}`;
  checked(text.length <= size, text.length, "a ballot that does not fit");
  return new TextEncoder().encode(text.padEnd(size));
};

const privateKey = (secret) => crypto.subtle.importKey(
  "pkcs8", new Uint8Array([...PKCS8, ...secret]), X25519, false, ["deriveBits"],
);

/* Both halves of the ephemeral key. The public one is the private one times the base point (RFC 7748, section 6.1),
   because Firefox exports none from an imported private key. */
const ephemeral = async (secret) => {
  checked(secret.length === KEY_BYTES, secret.length, "not a key");
  const base = await crypto.subtle.importKey("raw", Uint8Array.of(9, ...new Uint8Array(KEY_BYTES - 1)), X25519, true, []);
  const half = await privateKey(secret);
  const bits = await crypto.subtle.deriveBits({ name: X25519, public: base }, half, KEY_BYTES * 8);
  return { privateKey: half, publicKey: await crypto.subtle.importKey("raw", bits, X25519, true, []) };
};

/* The SHA-256 of a ciphertext: 32 bytes. */
export const receiptOf = async (ciphertext) => new Uint8Array(await crypto.subtle.digest("SHA-256", ciphertext));

/* A receipt (32 bytes) as people read it: groups of four in Crockford's base 32. */
export const receiptCode = (receipt) => {
  const bits = Array.from(receipt, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = bits.match(/.{1,5}/g).map((five) => CROCKFORD[parseInt(five.padEnd(5, "0"), 2)]);
  return letters.join("").match(/.{1,4}/g).join("-");
};

/* Sixteen letters drawn evenly: 256 is a multiple of 32. */
export const newTracker = () => {
  const drawn = crypto.getRandomValues(new Uint8Array(TRACKER_LETTERS));
  return Array.from(drawn, (byte) => CROCKFORD[byte % CROCKFORD.length]).join("");
};

/* The ciphertext that these choices give with a given ephemeral key: what a challenge checks. */
export const resealBallot = async ({ publicKey, info, size, document, secret }) => {
  const hpke = suite();
  const plaintext = documentBytes(document, size);
  const sealed = await hpke.seal({
    recipientPublicKey: await hpke.kem.deserializePublicKey(publicKey),
    info: new TextEncoder().encode(info),
    ekm: await ephemeral(secret),
  }, plaintext);
  const ciphertext = Uint8Array.of(...new Uint8Array(sealed.enc), ...new Uint8Array(sealed.ct));
  return { ciphertext, secret, receipt: await receiptOf(ciphertext) };
};

/* Any 32 random bytes are a private key of X25519 (RFC 7748, section 5), so a seal is a reseal with a drawn key. */
export const sealBallot = (ballot) => resealBallot({
  ...ballot, secret: crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
});

/* Whether this browser can seal: WebCrypto has X25519 (Chromium 133, Firefox 130, Safari 17), in a secure context. */
export const canSeal = async () => {
  try {
    await ephemeral(new Uint8Array(KEY_BYTES).fill(1));
    return true;
  } catch {
    return false;
  }
};

/* How to use it, in a module of a page (the page says which way its ballot goes, and works without this file):

     import { canSeal, fromHex, newTracker, receiptCode, sealBallot, toBase64, toHex } from "./urn.js";

     if (await canSeal()) {
       const { ciphertext, secret, receipt } = await sealBallot({
         publicKey: fromHex(box.dataset.key),          // 64 hexadecimal letters, from the opening of the round
         info: box.dataset.info,                       // urn.sealing.info(round, digest of the rulebook), as text
         size: Number(box.dataset.size),               // urn.document.padded_size, fixed at the opening
         document: { round, kind, contests: { main: { choices: [["project id", 1]], tracker: newTracker() } } },
       });
       form.elements.ciphertext.value = toBase64(ciphertext);  // or toHex
       receiptCode(receipt)                            // what the voter keeps; toHex(receipt) is what the urn stores
     }

   `secret` leaves the page for a challenge only: whoever has it and the ciphertext can check choices against it, so a
   ballot whose secret was shown must never count. Bad input throws RangeError; a browser without X25519, another error:
   in both cases send the form to the server, which seals. */
