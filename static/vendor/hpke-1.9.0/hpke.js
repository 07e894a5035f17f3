/* @hpke/core 1.9.0, @hpke/chacha20poly1305 1.8.0 and @hpke/common 1.10.1, by Ajitomi Daisuke; MIT,
   ../licences/hpke-LICENSE.txt. Each part is a file of npm, unmodified; SHA256SUMS has their digests. Only this
   loader, the lines part(…) and the last lines are ours: see ../README.md. */
const files = new Map();
const leftOut = new Set(["common/src/curve/modular.js", "common/src/curve/montgomery.js", "common/src/hash/hmac.js", "common/src/hash/sha2.js", "common/src/hash/sha3.js", "common/src/kems/dhkemPrimitives/ec.js", "common/src/kems/dhkemPrimitives/xCurve.js", "common/src/kems/hybridkem.js"]);
let current = "";
const part = (path) => { current = path; };
const define = (needs, factory) => { files.set(current, { factory, exports: null }); };
define.amd = true;
const load = (path) => {
  if (leftOut.has(path)) return {};
  const file = files.get(path);
  if (!file) throw new Error(`hpke: ${path} is missing`);
  if (!file.exports) {
    file.exports = {};
    const near = (name) => new URL(name, `file:///${path}`).pathname.slice(1);
    file.factory((name) => load(name === "@hpke/common" ? "common/mod.js" : near(name)), file.exports);
  }
  return file.exports;
};
part("chacha20poly1305/mod.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "./src/chacha20Poly1305.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.Chacha20Poly1305 = void 0;
    var chacha20Poly1305_js_1 = require("./src/chacha20Poly1305.js");
    Object.defineProperty(exports, "Chacha20Poly1305", { enumerable: true, get: function () { return chacha20Poly1305_js_1.Chacha20Poly1305; } });
});
part("chacha20poly1305/src/chacha/_arx.js");
/**
 * This file is based on noble-ciphers (https://github.com/paulmillr/noble-ciphers).
 *
 * noble-ciphers - MIT License (c) 2023 Paul Miller (paulmillr.com)
 *
 * The original file is located at:
 * https://github.com/paulmillr/noble-ciphers/blob/749cdf9cd07ebdd19e9b957d0f172f1045179695/src/_arx.ts
 */
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "./utils.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.rotl = rotl;
    exports.createCipher = createCipher;
    /**
     * Basic utils for ARX (add-rotate-xor) salsa and chacha ciphers.
    
    RFC8439 requires multi-step cipher stream, where
    authKey starts with counter: 0, actual msg with counter: 1.
    
    For this, we need a way to re-use nonce / counter:
    
        const counter = new Uint8Array(4);
        chacha(..., counter, ...); // counter is now 1
        chacha(..., counter, ...); // counter is now 2
    
    This is complicated:
    
    - 32-bit counters are enough, no need for 64-bit: max ArrayBuffer size in JS is 4GB
    - Original papers don't allow mutating counters
    - Counter overflow is undefined [^1]
    - Idea A: allow providing (nonce | counter) instead of just nonce, re-use it
    - Caveat: Cannot be re-used through all cases:
    - * chacha has (counter | nonce)
    - * xchacha has (nonce16 | counter | nonce16)
    - Idea B: separate nonce / counter and provide separate API for counter re-use
    - Caveat: there are different counter sizes depending on an algorithm.
    - salsa & chacha also differ in structures of key & sigma:
      salsa20:      s[0] | k(4) | s[1] | nonce(2) | cnt(2) | s[2] | k(4) | s[3]
      chacha:       s(4) | k(8) | cnt(1) | nonce(3)
      chacha20orig: s(4) | k(8) | cnt(2) | nonce(2)
    - Idea C: helper method such as `setSalsaState(key, nonce, sigma, data)`
    - Caveat: we can't re-use counter array
    
    xchacha [^2] uses the subkey and remaining 8 byte nonce with ChaCha20 as normal
    (prefixed by 4 NUL bytes, since [RFC8439] specifies a 12-byte nonce).
    
    [^1]: https://mailarchive.ietf.org/arch/msg/cfrg/gsOnTJzcbgG6OqD8Sc0GO5aR_tU/
    [^2]: https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha#appendix-A.2
    
     * @module
     */
    const utils_js_1 = require("./utils.js");
    // Can't use similar utils.utf8ToBytes, because it uses `TextEncoder` - not available in all envs
    const _utf8ToBytes = (str) => Uint8Array.from(str.split("").map((c) => c.charCodeAt(0)));
    const sigma16 = _utf8ToBytes("expand 16-byte k");
    const sigma32 = _utf8ToBytes("expand 32-byte k");
    const sigma16_32 = (0, utils_js_1.u32)(sigma16);
    const sigma32_32 = (0, utils_js_1.u32)(sigma32);
    /** Rotate left. */
    function rotl(a, b) {
        return (a << b) | (a >>> (32 - b));
    }
    // Is byte array aligned to 4 byte offset (u32)?
    function isAligned32(b) {
        return b.byteOffset % 4 === 0;
    }
    // Salsa and Chacha block length is always 512-bit
    const BLOCK_LEN = 64;
    const BLOCK_LEN32 = 16;
    // new Uint32Array([2**32])   // => Uint32Array(1) [ 0 ]
    // new Uint32Array([2**32-1]) // => Uint32Array(1) [ 4294967295 ]
    const MAX_COUNTER = 2 ** 32 - 1;
    const U32_EMPTY = Uint32Array.of();
    function runCipher(core, sigma, key, nonce, data, output, counter, rounds) {
        const len = data.length;
        const block = new Uint8Array(BLOCK_LEN);
        const b32 = (0, utils_js_1.u32)(block);
        // Make sure that buffers aligned to 4 bytes
        const isAligned = isAligned32(data) && isAligned32(output);
        const d32 = isAligned ? (0, utils_js_1.u32)(data) : U32_EMPTY;
        const o32 = isAligned ? (0, utils_js_1.u32)(output) : U32_EMPTY;
        for (let pos = 0; pos < len; counter++) {
            core(sigma, key, nonce, b32, counter, rounds);
            if (counter >= MAX_COUNTER)
                throw new Error("arx: counter overflow");
            const take = Math.min(BLOCK_LEN, len - pos);
            // aligned to 4 bytes
            if (isAligned && take === BLOCK_LEN) {
                const pos32 = pos / 4;
                if (pos % 4 !== 0)
                    throw new Error("arx: invalid block position");
                for (let j = 0, posj; j < BLOCK_LEN32; j++) {
                    posj = pos32 + j;
                    o32[posj] = d32[posj] ^ b32[j];
                }
                pos += BLOCK_LEN;
                continue;
            }
            for (let j = 0, posj; j < take; j++) {
                posj = pos + j;
                output[posj] = data[posj] ^ block[j];
            }
            pos += take;
        }
    }
    /** Creates ARX-like (ChaCha, Salsa) cipher stream from core function. */
    function createCipher(core, opts) {
        const { allowShortKeys, extendNonceFn, counterLength, counterRight, rounds } = (0, utils_js_1.checkOpts)({
            allowShortKeys: false,
            counterLength: 8,
            counterRight: false,
            rounds: 20,
        }, opts);
        if (typeof core !== "function")
            throw new Error("core must be a function");
        (0, utils_js_1.anumber)(counterLength);
        (0, utils_js_1.anumber)(rounds);
        (0, utils_js_1.abool)(counterRight);
        (0, utils_js_1.abool)(allowShortKeys);
        return (key, nonce, data, output, counter = 0) => {
            (0, utils_js_1.abytes)(key, undefined, "key");
            (0, utils_js_1.abytes)(nonce, undefined, "nonce");
            (0, utils_js_1.abytes)(data, undefined, "data");
            const len = data.length;
            if (output === undefined)
                output = new Uint8Array(len);
            (0, utils_js_1.abytes)(output, undefined, "output");
            (0, utils_js_1.anumber)(counter);
            if (counter < 0 || counter >= MAX_COUNTER) {
                throw new Error("arx: counter overflow");
            }
            if (output.length < len) {
                throw new Error(`arx: output (${output.length}) is shorter than data (${len})`);
            }
            const toClean = [];
            // Key & sigma
            // key=16 -> sigma16, k=key|key
            // key=32 -> sigma32, k=key
            const l = key.length;
            let k;
            let sigma;
            if (l === 32) {
                toClean.push(k = (0, utils_js_1.copyBytes)(key));
                sigma = sigma32_32;
            }
            else if (l === 16 && allowShortKeys) {
                k = new Uint8Array(32);
                k.set(key);
                k.set(key, 16);
                sigma = sigma16_32;
                toClean.push(k);
            }
            else {
                (0, utils_js_1.abytes)(key, 32, "arx key");
                throw new Error("invalid key size");
                // throw new Error(`"arx key" expected Uint8Array of length 32, got length=${l}`);
            }
            // Nonce
            // salsa20:      8   (8-byte counter)
            // chacha20orig: 8   (8-byte counter)
            // chacha20:     12  (4-byte counter)
            // xsalsa20:     24  (16 -> hsalsa,  8 -> old nonce)
            // xchacha20:    24  (16 -> hchacha, 8 -> old nonce)
            // Align nonce to 4 bytes
            if (!isAligned32(nonce))
                toClean.push(nonce = (0, utils_js_1.copyBytes)(nonce));
            const k32 = (0, utils_js_1.u32)(k);
            // hsalsa & hchacha: handle extended nonce
            if (extendNonceFn) {
                if (nonce.length !== 24) {
                    throw new Error(`arx: extended nonce must be 24 bytes`);
                }
                extendNonceFn(sigma, k32, (0, utils_js_1.u32)(nonce.subarray(0, 16)), k32);
                nonce = nonce.subarray(16);
            }
            // Handle nonce counter
            const nonceNcLen = 16 - counterLength;
            if (nonceNcLen !== nonce.length) {
                throw new Error(`arx: nonce must be ${nonceNcLen} or 16 bytes`);
            }
            // Pad counter when nonce is 64 bit
            if (nonceNcLen !== 12) {
                const nc = new Uint8Array(12);
                nc.set(nonce, counterRight ? 0 : 12 - nonce.length);
                nonce = nc;
                toClean.push(nonce);
            }
            const n32 = (0, utils_js_1.u32)(nonce);
            runCipher(core, sigma, k32, n32, data, output, counter, rounds);
            (0, utils_js_1.clean)(...toClean);
            return output;
        };
    }
});
part("chacha20poly1305/src/chacha/_poly1305.js");
/**
 * This file is based on noble-ciphers (https://github.com/paulmillr/noble-ciphers).
 *
 * noble-ciphers - MIT License (c) 2023 Paul Miller (paulmillr.com)
 *
 * The original file is located at:
 * https://github.com/paulmillr/noble-ciphers/blob/749cdf9cd07ebdd19e9b957d0f172f1045179695/src/_poly1305.ts
 */
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "./utils.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.poly1305 = exports.Poly1305 = void 0;
    exports.wrapConstructorWithKey = wrapConstructorWithKey;
    /**
     * Poly1305 ([PDF](https://cr.yp.to/mac/poly1305-20050329.pdf),
     * [wiki](https://en.wikipedia.org/wiki/Poly1305))
     * is a fast and parallel secret-key message-authentication code suitable for
     * a wide variety of applications. It was standardized in
     * [RFC 8439](https://www.rfc-editor.org/rfc/rfc8439) and is now used in TLS 1.3.
     *
     * Polynomial MACs are not perfect for every situation:
     * they lack Random Key Robustness: the MAC can be forged, and can't be used in PAKE schemes.
     * See [invisible salamanders attack](https://keymaterial.net/2020/09/07/invisible-salamanders-in-aes-gcm-siv/).
     * To combat invisible salamanders, `hash(key)` can be included in ciphertext,
     * however, this would violate ciphertext indistinguishability:
     * an attacker would know which key was used - so `HKDF(key, i)`
     * could be used instead.
     *
     * Check out [original website](https://cr.yp.to/mac.html).
     * Based on Public Domain [poly1305-donna](https://github.com/floodyberry/poly1305-donna).
     * @module
     */
    const utils_js_1 = require("./utils.js");
    function u8to16(a, i) {
        return (a[i++] & 0xff) | ((a[i++] & 0xff) << 8);
    }
    // function bytesToNumberLE(bytes: Uint8Array): bigint {
    //   return hexToNumber(bytesToHex(Uint8Array.from(bytes).reverse()));
    // }
    // /** Small version of `poly1305` without loop unrolling. Unused, provided for auditability. */
    // function poly1305_small(msg: Uint8Array, key: Uint8Array): Uint8Array {
    //   abytes(msg);
    //   abytes(key, 32, "key");
    //   const POW_2_130_5 = 2n ** 130n - 5n; // 2^130-5
    //   const POW_2_128_1 = 2n ** 128n - 1n; // 2^128-1
    //   const CLAMP_R = 0x0ffffffc0ffffffc0ffffffc0fffffffn;
    //   const r = bytesToNumberLE(key.subarray(0, 16)) & CLAMP_R;
    //   const s = bytesToNumberLE(key.subarray(16));
    //   // Process by 16 byte chunks
    //   let acc = 0n;
    //   for (let i = 0; i < msg.length; i += 16) {
    //     const m = msg.subarray(i, i + 16);
    //     const n = bytesToNumberLE(m) | (1n << (8n * mLen)); // mLen: bigint
    //     acc = ((acc + n) * r) % POW_2_130_5;
    //   }
    //   const res = (acc + s) & POW_2_128_1;
    //   return numberToBytesBE(res, 16).reverse(); // LE
    // }
    // Can be used to replace `computeTag` in chacha.ts. Unused, provided for auditability.
    // function poly1305_computeTag_small(
    //   authKey: Uint8Array,
    //   lengths: Uint8Array,
    //   ciphertext: Uint8Array,
    //   AAD?: Uint8Array,
    // ): Uint8Array {
    //   const res = [];
    //   const updatePadded2 = (msg: Uint8Array) => {
    //     res.push(msg);
    //     const leftover = msg.length % 16;
    //     if (leftover) res.push(new Uint8Array(16).slice(leftover));
    //   };
    //   if (AAD) updatePadded2(AAD);
    //   updatePadded2(ciphertext);
    //   res.push(lengths);
    //   return poly1305_small(concatBytes(...res), authKey);
    // }
    /** Poly1305 class. Prefer poly1305() function instead. */
    class Poly1305 {
        // Can be speed-up using BigUint64Array, at the cost of complexity
        constructor(key) {
            Object.defineProperty(this, "blockLen", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 16
            });
            Object.defineProperty(this, "outputLen", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 16
            });
            Object.defineProperty(this, "buffer", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: new Uint8Array(16)
            });
            Object.defineProperty(this, "r", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: new Uint16Array(10)
            }); // Allocating 1 array with .subarray() here is slower than 3
            Object.defineProperty(this, "h", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: new Uint16Array(10)
            });
            Object.defineProperty(this, "pad", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: new Uint16Array(8)
            });
            Object.defineProperty(this, "pos", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "finished", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: false
            });
            key = (0, utils_js_1.copyBytes)((0, utils_js_1.abytes)(key, 32, "key"));
            const t0 = u8to16(key, 0);
            const t1 = u8to16(key, 2);
            const t2 = u8to16(key, 4);
            const t3 = u8to16(key, 6);
            const t4 = u8to16(key, 8);
            const t5 = u8to16(key, 10);
            const t6 = u8to16(key, 12);
            const t7 = u8to16(key, 14);
            // https://github.com/floodyberry/poly1305-donna/blob/e6ad6e091d30d7f4ec2d4f978be1fcfcbce72781/poly1305-donna-16.h#L47
            this.r[0] = t0 & 0x1fff;
            this.r[1] = ((t0 >>> 13) | (t1 << 3)) & 0x1fff;
            this.r[2] = ((t1 >>> 10) | (t2 << 6)) & 0x1f03;
            this.r[3] = ((t2 >>> 7) | (t3 << 9)) & 0x1fff;
            this.r[4] = ((t3 >>> 4) | (t4 << 12)) & 0x00ff;
            this.r[5] = (t4 >>> 1) & 0x1ffe;
            this.r[6] = ((t4 >>> 14) | (t5 << 2)) & 0x1fff;
            this.r[7] = ((t5 >>> 11) | (t6 << 5)) & 0x1f81;
            this.r[8] = ((t6 >>> 8) | (t7 << 8)) & 0x1fff;
            this.r[9] = (t7 >>> 5) & 0x007f;
            for (let i = 0; i < 8; i++)
                this.pad[i] = u8to16(key, 16 + 2 * i);
        }
        process(data, offset, isLast = false) {
            const hibit = isLast ? 0 : 1 << 11;
            const { h, r } = this;
            const r0 = r[0];
            const r1 = r[1];
            const r2 = r[2];
            const r3 = r[3];
            const r4 = r[4];
            const r5 = r[5];
            const r6 = r[6];
            const r7 = r[7];
            const r8 = r[8];
            const r9 = r[9];
            const t0 = u8to16(data, offset + 0);
            const t1 = u8to16(data, offset + 2);
            const t2 = u8to16(data, offset + 4);
            const t3 = u8to16(data, offset + 6);
            const t4 = u8to16(data, offset + 8);
            const t5 = u8to16(data, offset + 10);
            const t6 = u8to16(data, offset + 12);
            const t7 = u8to16(data, offset + 14);
            const h0 = h[0] + (t0 & 0x1fff);
            const h1 = h[1] + (((t0 >>> 13) | (t1 << 3)) & 0x1fff);
            const h2 = h[2] + (((t1 >>> 10) | (t2 << 6)) & 0x1fff);
            const h3 = h[3] + (((t2 >>> 7) | (t3 << 9)) & 0x1fff);
            const h4 = h[4] + (((t3 >>> 4) | (t4 << 12)) & 0x1fff);
            const h5 = h[5] + ((t4 >>> 1) & 0x1fff);
            const h6 = h[6] + (((t4 >>> 14) | (t5 << 2)) & 0x1fff);
            const h7 = h[7] + (((t5 >>> 11) | (t6 << 5)) & 0x1fff);
            const h8 = h[8] + (((t6 >>> 8) | (t7 << 8)) & 0x1fff);
            const h9 = h[9] + ((t7 >>> 5) | hibit);
            let c = 0;
            let d0 = c + h0 * r0 + h1 * (5 * r9) + h2 * (5 * r8) + h3 * (5 * r7) +
                h4 * (5 * r6);
            c = d0 >>> 13;
            d0 &= 0x1fff;
            d0 += h5 * (5 * r5) + h6 * (5 * r4) + h7 * (5 * r3) + h8 * (5 * r2) +
                h9 * (5 * r1);
            c += d0 >>> 13;
            d0 &= 0x1fff;
            let d1 = c + h0 * r1 + h1 * r0 + h2 * (5 * r9) + h3 * (5 * r8) +
                h4 * (5 * r7);
            c = d1 >>> 13;
            d1 &= 0x1fff;
            d1 += h5 * (5 * r6) + h6 * (5 * r5) + h7 * (5 * r4) + h8 * (5 * r3) +
                h9 * (5 * r2);
            c += d1 >>> 13;
            d1 &= 0x1fff;
            let d2 = c + h0 * r2 + h1 * r1 + h2 * r0 + h3 * (5 * r9) + h4 * (5 * r8);
            c = d2 >>> 13;
            d2 &= 0x1fff;
            d2 += h5 * (5 * r7) + h6 * (5 * r6) + h7 * (5 * r5) + h8 * (5 * r4) +
                h9 * (5 * r3);
            c += d2 >>> 13;
            d2 &= 0x1fff;
            let d3 = c + h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * (5 * r9);
            c = d3 >>> 13;
            d3 &= 0x1fff;
            d3 += h5 * (5 * r8) + h6 * (5 * r7) + h7 * (5 * r6) + h8 * (5 * r5) +
                h9 * (5 * r4);
            c += d3 >>> 13;
            d3 &= 0x1fff;
            let d4 = c + h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
            c = d4 >>> 13;
            d4 &= 0x1fff;
            d4 += h5 * (5 * r9) + h6 * (5 * r8) + h7 * (5 * r7) + h8 * (5 * r6) +
                h9 * (5 * r5);
            c += d4 >>> 13;
            d4 &= 0x1fff;
            let d5 = c + h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1;
            c = d5 >>> 13;
            d5 &= 0x1fff;
            d5 += h5 * r0 + h6 * (5 * r9) + h7 * (5 * r8) + h8 * (5 * r7) +
                h9 * (5 * r6);
            c += d5 >>> 13;
            d5 &= 0x1fff;
            let d6 = c + h0 * r6 + h1 * r5 + h2 * r4 + h3 * r3 + h4 * r2;
            c = d6 >>> 13;
            d6 &= 0x1fff;
            d6 += h5 * r1 + h6 * r0 + h7 * (5 * r9) + h8 * (5 * r8) + h9 * (5 * r7);
            c += d6 >>> 13;
            d6 &= 0x1fff;
            let d7 = c + h0 * r7 + h1 * r6 + h2 * r5 + h3 * r4 + h4 * r3;
            c = d7 >>> 13;
            d7 &= 0x1fff;
            d7 += h5 * r2 + h6 * r1 + h7 * r0 + h8 * (5 * r9) + h9 * (5 * r8);
            c += d7 >>> 13;
            d7 &= 0x1fff;
            let d8 = c + h0 * r8 + h1 * r7 + h2 * r6 + h3 * r5 + h4 * r4;
            c = d8 >>> 13;
            d8 &= 0x1fff;
            d8 += h5 * r3 + h6 * r2 + h7 * r1 + h8 * r0 + h9 * (5 * r9);
            c += d8 >>> 13;
            d8 &= 0x1fff;
            let d9 = c + h0 * r9 + h1 * r8 + h2 * r7 + h3 * r6 + h4 * r5;
            c = d9 >>> 13;
            d9 &= 0x1fff;
            d9 += h5 * r4 + h6 * r3 + h7 * r2 + h8 * r1 + h9 * r0;
            c += d9 >>> 13;
            d9 &= 0x1fff;
            c = ((c << 2) + c) | 0;
            c = (c + d0) | 0;
            d0 = c & 0x1fff;
            c = c >>> 13;
            d1 += c;
            h[0] = d0;
            h[1] = d1;
            h[2] = d2;
            h[3] = d3;
            h[4] = d4;
            h[5] = d5;
            h[6] = d6;
            h[7] = d7;
            h[8] = d8;
            h[9] = d9;
        }
        finalize() {
            const { h, pad } = this;
            const g = new Uint16Array(10);
            let c = h[1] >>> 13;
            h[1] &= 0x1fff;
            for (let i = 2; i < 10; i++) {
                h[i] += c;
                c = h[i] >>> 13;
                h[i] &= 0x1fff;
            }
            h[0] += c * 5;
            c = h[0] >>> 13;
            h[0] &= 0x1fff;
            h[1] += c;
            c = h[1] >>> 13;
            h[1] &= 0x1fff;
            h[2] += c;
            g[0] = h[0] + 5;
            c = g[0] >>> 13;
            g[0] &= 0x1fff;
            for (let i = 1; i < 10; i++) {
                g[i] = h[i] + c;
                c = g[i] >>> 13;
                g[i] &= 0x1fff;
            }
            g[9] -= 1 << 13;
            let mask = (c ^ 1) - 1;
            for (let i = 0; i < 10; i++)
                g[i] &= mask;
            mask = ~mask;
            for (let i = 0; i < 10; i++)
                h[i] = (h[i] & mask) | g[i];
            h[0] = (h[0] | (h[1] << 13)) & 0xffff;
            h[1] = ((h[1] >>> 3) | (h[2] << 10)) & 0xffff;
            h[2] = ((h[2] >>> 6) | (h[3] << 7)) & 0xffff;
            h[3] = ((h[3] >>> 9) | (h[4] << 4)) & 0xffff;
            h[4] = ((h[4] >>> 12) | (h[5] << 1) | (h[6] << 14)) & 0xffff;
            h[5] = ((h[6] >>> 2) | (h[7] << 11)) & 0xffff;
            h[6] = ((h[7] >>> 5) | (h[8] << 8)) & 0xffff;
            h[7] = ((h[8] >>> 8) | (h[9] << 5)) & 0xffff;
            let f = h[0] + pad[0];
            h[0] = f & 0xffff;
            for (let i = 1; i < 8; i++) {
                f = (((h[i] + pad[i]) | 0) + (f >>> 16)) | 0;
                h[i] = f & 0xffff;
            }
            (0, utils_js_1.clean)(g);
        }
        update(data) {
            (0, utils_js_1.aexists)(this);
            (0, utils_js_1.abytes)(data);
            data = (0, utils_js_1.copyBytes)(data);
            const { buffer, blockLen } = this;
            const len = data.length;
            for (let pos = 0; pos < len;) {
                const take = Math.min(blockLen - this.pos, len - pos);
                // Fast path: we have at least one block in input
                if (take === blockLen) {
                    for (; blockLen <= len - pos; pos += blockLen)
                        this.process(data, pos);
                    continue;
                }
                buffer.set(data.subarray(pos, pos + take), this.pos);
                this.pos += take;
                pos += take;
                if (this.pos === blockLen) {
                    this.process(buffer, 0, false);
                    this.pos = 0;
                }
            }
            return this;
        }
        destroy() {
            (0, utils_js_1.clean)(this.h, this.r, this.buffer, this.pad);
        }
        digestInto(out) {
            (0, utils_js_1.aexists)(this);
            (0, utils_js_1.aoutput)(out, this);
            this.finished = true;
            const { buffer, h } = this;
            let { pos } = this;
            if (pos) {
                buffer[pos++] = 1;
                for (; pos < 16; pos++)
                    buffer[pos] = 0;
                this.process(buffer, 0, true);
            }
            this.finalize();
            let opos = 0;
            for (let i = 0; i < 8; i++) {
                out[opos++] = h[i] >>> 0;
                out[opos++] = h[i] >>> 8;
            }
            return out;
        }
        digest() {
            const { buffer, outputLen } = this;
            this.digestInto(buffer);
            const res = buffer.slice(0, outputLen);
            this.destroy();
            return res;
        }
    }
    exports.Poly1305 = Poly1305;
    function wrapConstructorWithKey(hashCons) {
        const hashC = (msg, key) => hashCons(key).update(msg).digest();
        const tmp = hashCons(new Uint8Array(32)); // tmp array, used just once below
        hashC.outputLen = tmp.outputLen;
        hashC.blockLen = tmp.blockLen;
        hashC.create = (key) => hashCons(key);
        return hashC;
    }
    /** Poly1305 MAC from RFC 8439. */
    exports.poly1305 = 
    /** @__PURE__ */ (() => wrapConstructorWithKey((key) => new Poly1305(key)))();
});
part("chacha20poly1305/src/chacha/chacha.js");
/**
 * This file is based on noble-ciphers (https://github.com/paulmillr/noble-ciphers).
 *
 * noble-ciphers - MIT License (c) 2023 Paul Miller (paulmillr.com)
 *
 * The original file is located at:
 * https://github.com/paulmillr/noble-ciphers/blob/749cdf9cd07ebdd19e9b957d0f172f1045179695/src/chacha.ts
 */
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "./_arx.js", "./_poly1305.js", "./utils.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.chacha20poly1305 = exports._poly1305_aead = exports.chacha20 = void 0;
    /**
     * ChaCha stream cipher, released
     * in 2008. Developed after Salsa20, ChaCha aims to increase diffusion per round.
     * It was standardized in [RFC 8439](https://www.rfc-editor.org/rfc/rfc8439) and
     * is now used in TLS 1.3.
     *
     * [XChaCha20](https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha)
     * extended-nonce variant is also provided. Similar to XSalsa, it's safe to use with
     * randomly-generated nonces.
     *
     * Check out [PDF](http://cr.yp.to/chacha/chacha-20080128.pdf) and
     * [wiki](https://en.wikipedia.org/wiki/Salsa20) and
     * [website](https://cr.yp.to/chacha.html).
     *
     * @module
     */
    const _arx_js_1 = require("./_arx.js");
    const _poly1305_js_1 = require("./_poly1305.js");
    const utils_js_1 = require("./utils.js");
    /**
     * ChaCha core function. It is implemented twice:
     * 1. Simple loop (chachaCore_small, hchacha_small)
     * 2. Unrolled loop (chachaCore, hchacha) - 4x faster, but larger & harder to read
     * The specific implementation is selected in `createCipher` below.
     */
    function chachaCore(s, k, n, out, cnt, rounds = 20) {
        const y00 = s[0], y01 = s[1], y02 = s[2], y03 = s[3], // "expa"   "nd 3"  "2-by"  "te k"
        y04 = k[0], y05 = k[1], y06 = k[2], y07 = k[3], // Key      Key     Key     Key
        y08 = k[4], y09 = k[5], y10 = k[6], y11 = k[7], // Key      Key     Key     Key
        y12 = cnt, y13 = n[0], y14 = n[1], y15 = n[2]; // Counter  Counter	Nonce   Nonce
        // Save state to temporary variables
        let x00 = y00, x01 = y01, x02 = y02, x03 = y03, x04 = y04, x05 = y05, x06 = y06, x07 = y07, x08 = y08, x09 = y09, x10 = y10, x11 = y11, x12 = y12, x13 = y13, x14 = y14, x15 = y15;
        for (let r = 0; r < rounds; r += 2) {
            x00 = (x00 + x04) | 0;
            x12 = (0, _arx_js_1.rotl)(x12 ^ x00, 16);
            x08 = (x08 + x12) | 0;
            x04 = (0, _arx_js_1.rotl)(x04 ^ x08, 12);
            x00 = (x00 + x04) | 0;
            x12 = (0, _arx_js_1.rotl)(x12 ^ x00, 8);
            x08 = (x08 + x12) | 0;
            x04 = (0, _arx_js_1.rotl)(x04 ^ x08, 7);
            x01 = (x01 + x05) | 0;
            x13 = (0, _arx_js_1.rotl)(x13 ^ x01, 16);
            x09 = (x09 + x13) | 0;
            x05 = (0, _arx_js_1.rotl)(x05 ^ x09, 12);
            x01 = (x01 + x05) | 0;
            x13 = (0, _arx_js_1.rotl)(x13 ^ x01, 8);
            x09 = (x09 + x13) | 0;
            x05 = (0, _arx_js_1.rotl)(x05 ^ x09, 7);
            x02 = (x02 + x06) | 0;
            x14 = (0, _arx_js_1.rotl)(x14 ^ x02, 16);
            x10 = (x10 + x14) | 0;
            x06 = (0, _arx_js_1.rotl)(x06 ^ x10, 12);
            x02 = (x02 + x06) | 0;
            x14 = (0, _arx_js_1.rotl)(x14 ^ x02, 8);
            x10 = (x10 + x14) | 0;
            x06 = (0, _arx_js_1.rotl)(x06 ^ x10, 7);
            x03 = (x03 + x07) | 0;
            x15 = (0, _arx_js_1.rotl)(x15 ^ x03, 16);
            x11 = (x11 + x15) | 0;
            x07 = (0, _arx_js_1.rotl)(x07 ^ x11, 12);
            x03 = (x03 + x07) | 0;
            x15 = (0, _arx_js_1.rotl)(x15 ^ x03, 8);
            x11 = (x11 + x15) | 0;
            x07 = (0, _arx_js_1.rotl)(x07 ^ x11, 7);
            x00 = (x00 + x05) | 0;
            x15 = (0, _arx_js_1.rotl)(x15 ^ x00, 16);
            x10 = (x10 + x15) | 0;
            x05 = (0, _arx_js_1.rotl)(x05 ^ x10, 12);
            x00 = (x00 + x05) | 0;
            x15 = (0, _arx_js_1.rotl)(x15 ^ x00, 8);
            x10 = (x10 + x15) | 0;
            x05 = (0, _arx_js_1.rotl)(x05 ^ x10, 7);
            x01 = (x01 + x06) | 0;
            x12 = (0, _arx_js_1.rotl)(x12 ^ x01, 16);
            x11 = (x11 + x12) | 0;
            x06 = (0, _arx_js_1.rotl)(x06 ^ x11, 12);
            x01 = (x01 + x06) | 0;
            x12 = (0, _arx_js_1.rotl)(x12 ^ x01, 8);
            x11 = (x11 + x12) | 0;
            x06 = (0, _arx_js_1.rotl)(x06 ^ x11, 7);
            x02 = (x02 + x07) | 0;
            x13 = (0, _arx_js_1.rotl)(x13 ^ x02, 16);
            x08 = (x08 + x13) | 0;
            x07 = (0, _arx_js_1.rotl)(x07 ^ x08, 12);
            x02 = (x02 + x07) | 0;
            x13 = (0, _arx_js_1.rotl)(x13 ^ x02, 8);
            x08 = (x08 + x13) | 0;
            x07 = (0, _arx_js_1.rotl)(x07 ^ x08, 7);
            x03 = (x03 + x04) | 0;
            x14 = (0, _arx_js_1.rotl)(x14 ^ x03, 16);
            x09 = (x09 + x14) | 0;
            x04 = (0, _arx_js_1.rotl)(x04 ^ x09, 12);
            x03 = (x03 + x04) | 0;
            x14 = (0, _arx_js_1.rotl)(x14 ^ x03, 8);
            x09 = (x09 + x14) | 0;
            x04 = (0, _arx_js_1.rotl)(x04 ^ x09, 7);
        }
        // Write output
        let oi = 0;
        out[oi++] = (y00 + x00) | 0;
        out[oi++] = (y01 + x01) | 0;
        out[oi++] = (y02 + x02) | 0;
        out[oi++] = (y03 + x03) | 0;
        out[oi++] = (y04 + x04) | 0;
        out[oi++] = (y05 + x05) | 0;
        out[oi++] = (y06 + x06) | 0;
        out[oi++] = (y07 + x07) | 0;
        out[oi++] = (y08 + x08) | 0;
        out[oi++] = (y09 + x09) | 0;
        out[oi++] = (y10 + x10) | 0;
        out[oi++] = (y11 + x11) | 0;
        out[oi++] = (y12 + x12) | 0;
        out[oi++] = (y13 + x13) | 0;
        out[oi++] = (y14 + x14) | 0;
        out[oi++] = (y15 + x15) | 0;
    }
    /**
     * ChaCha stream cipher. Conforms to RFC 8439 (IETF, TLS). 12-byte nonce, 4-byte counter.
     * With smaller nonce, it's not safe to make it random (CSPRNG), due to collision chance.
     */
    exports.chacha20 = (0, _arx_js_1.createCipher)(chachaCore, {
        counterRight: false,
        counterLength: 4,
        allowShortKeys: false,
    });
    const ZEROS16 = /* @__PURE__ */ new Uint8Array(16);
    // Pad to digest size with zeros
    const updatePadded = (h, msg) => {
        h.update(msg);
        const leftover = msg.length % 16;
        if (leftover)
            h.update(ZEROS16.subarray(leftover));
    };
    const ZEROS32 = /* @__PURE__ */ new Uint8Array(32);
    function computeTag(fn, key, nonce, ciphertext, AAD) {
        if (AAD !== undefined)
            (0, utils_js_1.abytes)(AAD, undefined, "AAD");
        const authKey = fn(key, nonce, ZEROS32);
        const lengths = (0, utils_js_1.u64Lengths)(ciphertext.length, AAD ? AAD.length : 0, true);
        // Methods below can be replaced with
        // return poly1305_computeTag_small(authKey, lengths, ciphertext, AAD)
        const h = _poly1305_js_1.poly1305.create(authKey);
        if (AAD)
            updatePadded(h, AAD);
        updatePadded(h, ciphertext);
        h.update(lengths);
        const res = h.digest();
        (0, utils_js_1.clean)(authKey, lengths);
        return res;
    }
    /**
     * AEAD algorithm from RFC 8439.
     * Salsa20 and chacha (RFC 8439) use poly1305 differently.
     * We could have composed them, but it's hard because of authKey:
     * In salsa20, authKey changes position in salsa stream.
     * In chacha, authKey can't be computed inside computeTag, it modifies the counter.
     */
    const _poly1305_aead = (xorStream) => (key, nonce, AAD) => {
        const tagLength = 16;
        return {
            encrypt(plaintext, output) {
                const plength = plaintext.length;
                output = (0, utils_js_1.getOutput)(plength + tagLength, output, false);
                output.set(plaintext);
                const oPlain = output.subarray(0, -tagLength);
                // Actual encryption
                xorStream(key, nonce, oPlain, oPlain, 1);
                const tag = computeTag(xorStream, key, nonce, oPlain, AAD);
                output.set(tag, plength); // append tag
                (0, utils_js_1.clean)(tag);
                return output;
            },
            decrypt(ciphertext, output) {
                output = (0, utils_js_1.getOutput)(ciphertext.length - tagLength, output, false);
                const data = ciphertext.subarray(0, -tagLength);
                const passedTag = ciphertext.subarray(-tagLength);
                const tag = computeTag(xorStream, key, nonce, data, AAD);
                if (!(0, utils_js_1.equalBytes)(passedTag, tag))
                    throw new Error("invalid tag");
                output.set(ciphertext.subarray(0, -tagLength));
                // Actual decryption
                xorStream(key, nonce, output, output, 1); // start stream with i=1
                (0, utils_js_1.clean)(tag);
                return output;
            },
        };
    };
    exports._poly1305_aead = _poly1305_aead;
    /**
     * ChaCha20-Poly1305 from RFC 8439.
     *
     * Unsafe to use random nonces under the same key, due to collision chance.
     * Prefer XChaCha instead.
     */
    exports.chacha20poly1305 = (0, utils_js_1.wrapCipher)({ blockSize: 64, nonceLength: 12, tagLength: 16 }, (0, exports._poly1305_aead)(exports.chacha20));
});
part("chacha20poly1305/src/chacha/utils.js");
/**
 * This file is based on noble-ciphers (https://github.com/paulmillr/noble-ciphers).
 *
 * noble-ciphers - MIT License (c) 2023 Paul Miller (paulmillr.com)
 *
 * The original file is located at:
 * https://github.com/paulmillr/noble-ciphers/blob/749cdf9cd07ebdd19e9b957d0f172f1045179695/src/utils.ts
 */
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.wrapCipher = exports.u32 = exports.isLE = exports.createView = exports.copyBytes = exports.clean = exports.aoutput = exports.anumber = exports.aexists = exports.abytes = void 0;
    exports.abool = abool;
    exports.u8 = u8;
    exports.checkOpts = checkOpts;
    exports.equalBytes = equalBytes;
    exports.getOutput = getOutput;
    exports.u64Lengths = u64Lengths;
    exports.isAligned32 = isAligned32;
    /**
     * Utilities for hex, bytes, CSPRNG.
     * @module
     */
    const common_1 = require("@hpke/common");
    Object.defineProperty(exports, "abytes", { enumerable: true, get: function () { return common_1.abytes; } });
    Object.defineProperty(exports, "aexists", { enumerable: true, get: function () { return common_1.aexists; } });
    Object.defineProperty(exports, "anumber", { enumerable: true, get: function () { return common_1.anumber; } });
    Object.defineProperty(exports, "aoutput", { enumerable: true, get: function () { return common_1.aoutput; } });
    Object.defineProperty(exports, "clean", { enumerable: true, get: function () { return common_1.clean; } });
    Object.defineProperty(exports, "copyBytes", { enumerable: true, get: function () { return common_1.copyBytes; } });
    Object.defineProperty(exports, "createView", { enumerable: true, get: function () { return common_1.createView; } });
    Object.defineProperty(exports, "isLE", { enumerable: true, get: function () { return common_1.isLE; } });
    Object.defineProperty(exports, "u32", { enumerable: true, get: function () { return common_1.u32; } });
    /** Asserts something is boolean. */
    function abool(b) {
        if (typeof b !== "boolean")
            throw new Error(`boolean expected, not ${b}`);
    }
    /** Cast u8 / u16 / u32 to u8. */
    function u8(arr) {
        return new Uint8Array(arr.buffer, arr.byteOffset, arr.byteLength);
    }
    /**
     * Wraps a cipher: validates args, ensures encrypt() can only be called once.
     * @__NO_SIDE_EFFECTS__
     */
    // deno-lint-ignore no-explicit-any
    const wrapCipher = (params, constructor) => {
        // deno-lint-ignore no-explicit-any
        function wrappedCipher(key, ...args) {
            // Validate key
            (0, common_1.abytes)(key, undefined, "key");
            // Big-Endian hardware is rare. Just in case someone still decides to run ciphers:
            if (!common_1.isLE) {
                throw new Error("Non little-endian hardware is not yet supported");
            }
            // Validate nonce if nonceLength is present
            if (params.nonceLength !== undefined) {
                const nonce = args[0];
                (0, common_1.abytes)(nonce, params.varSizeNonce ? undefined : params.nonceLength, "nonce");
            }
            // Validate AAD if tagLength present
            const tagl = params.tagLength;
            if (tagl && args[1] !== undefined)
                (0, common_1.abytes)(args[1], undefined, "AAD");
            const cipher = constructor(key, ...args);
            const checkOutput = (fnLength, output) => {
                if (output !== undefined) {
                    if (fnLength !== 2)
                        throw new Error("cipher output not supported");
                    (0, common_1.abytes)(output, undefined, "output");
                }
            };
            // Create wrapped cipher with validation and single-use encryption
            let called = false;
            const wrCipher = {
                encrypt(data, output) {
                    if (called) {
                        throw new Error("cannot encrypt() twice with same key + nonce");
                    }
                    called = true;
                    (0, common_1.abytes)(data);
                    checkOutput(cipher.encrypt.length, output);
                    return cipher.encrypt(data, output);
                },
                decrypt(data, output) {
                    (0, common_1.abytes)(data);
                    if (tagl && data.length < tagl) {
                        throw new Error('"ciphertext" expected length bigger than tagLength=' + tagl);
                    }
                    checkOutput(cipher.decrypt.length, output);
                    return cipher.decrypt(data, output);
                },
            };
            return wrCipher;
        }
        Object.assign(wrappedCipher, params);
        return wrappedCipher;
    };
    exports.wrapCipher = wrapCipher;
    function checkOpts(defaults, opts) {
        if (opts == null || typeof opts !== "object") {
            throw new Error("options must be defined");
        }
        const merged = Object.assign(defaults, opts);
        return merged;
    }
    /** Compares 2 uint8array-s in kinda constant time. */
    function equalBytes(a, b) {
        if (a.length !== b.length)
            return false;
        let diff = 0;
        for (let i = 0; i < a.length; i++)
            diff |= a[i] ^ b[i];
        return diff === 0;
    }
    /**
     * By default, returns u8a of length.
     * When out is available, it checks it for validity and uses it.
     */
    function getOutput(expectedLength, out, onlyAligned = true) {
        if (out === undefined)
            return new Uint8Array(expectedLength);
        if (out.length !== expectedLength) {
            throw new Error('"output" expected Uint8Array of length ' + expectedLength + ", got: " +
                out.length);
        }
        if (onlyAligned && !isAligned32(out)) {
            throw new Error("invalid output, must be aligned");
        }
        return out;
    }
    function u64Lengths(dataLength, aadLength, isLE) {
        abool(isLE);
        const num = new Uint8Array(16);
        const view = (0, common_1.createView)(num);
        view.setBigUint64(0, (0, common_1.numberToBigint)(aadLength), isLE);
        view.setBigUint64(8, (0, common_1.numberToBigint)(dataLength), isLE);
        return num;
    }
    // Is byte array aligned to 4 byte offset (u32)?
    function isAligned32(bytes) {
        return bytes.byteOffset % 4 === 0;
    }
});
// copy bytes to new u8a (aligned). Because Buffer.slice is broken.
// Re-exported from @hpke/common.
part("chacha20poly1305/src/chacha20Poly1305.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "./chacha/chacha.js", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.Chacha20Poly1305 = exports.Chacha20Poly1305Context = void 0;
    const chacha_js_1 = require("./chacha/chacha.js");
    const common_1 = require("@hpke/common");
    class Chacha20Poly1305Context {
        constructor(key) {
            Object.defineProperty(this, "_key", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            this._key = new Uint8Array((0, common_1.toArrayBuffer)(key));
        }
        async seal(iv, data, aad) {
            return await this._seal((0, common_1.toArrayBuffer)(iv), (0, common_1.toArrayBuffer)(data), (0, common_1.toArrayBuffer)(aad));
        }
        async open(iv, data, aad) {
            return await this._open((0, common_1.toArrayBuffer)(iv), (0, common_1.toArrayBuffer)(data), (0, common_1.toArrayBuffer)(aad));
        }
        _seal(iv, data, aad) {
            return new Promise((resolve) => {
                const ret = (0, chacha_js_1.chacha20poly1305)(this._key, new Uint8Array(iv), new Uint8Array(aad)).encrypt(new Uint8Array(data));
                resolve(ret.buffer);
            });
        }
        _open(iv, data, aad) {
            return new Promise((resolve) => {
                const ret = (0, chacha_js_1.chacha20poly1305)(this._key, new Uint8Array(iv), new Uint8Array(aad)).decrypt(new Uint8Array(data));
                resolve(ret.buffer);
            });
        }
    }
    exports.Chacha20Poly1305Context = Chacha20Poly1305Context;
    /**
     * The ChaCha20Poly1305 for HPKE AEAD implementing {@link AeadInterface}.
     *
     * When using `@hpke/core`, the instance of this class can be specified
     * to the `aead` parameter of {@link CipherSuiteParams} instead of `AeadId.Chacha20Poly1305`
     * as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   CipherSuite,
     *   DhkemP256HkdfSha256,
     *   HkdfSha256,
     * } from "@hpke/core";
     * import {
     *   Chacha20Poly1305,
     * } from "@hpke/chacha20poly1305";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Chacha20Poly1305(),
     * });
     * ```
     *
     * This class is implemented using
     * {@link https://github.com/paulmillr/noble-ciphers | @noble/ciphers}.
     */
    class Chacha20Poly1305 {
        constructor() {
            /** AeadId.Chacha20Poly1305 (0x0003) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.AeadId.Chacha20Poly1305
            });
            /** 32 */
            Object.defineProperty(this, "keySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
            /** 12 */
            Object.defineProperty(this, "nonceSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 12
            });
            /** 16 */
            Object.defineProperty(this, "tagSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 16
            });
        }
        createEncryptionContext(key) {
            return new Chacha20Poly1305Context(key);
        }
    }
    exports.Chacha20Poly1305 = Chacha20Poly1305;
});
part("common/_dnt.shims.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.dntGlobalThis = void 0;
    const dntGlobals = {};
    exports.dntGlobalThis = createMergeProxy(globalThis, dntGlobals);
    function createMergeProxy(baseObj, extObj) {
        return new Proxy(baseObj, {
            get(_target, prop, _receiver) {
                if (prop in extObj) {
                    return extObj[prop];
                }
                else {
                    return baseObj[prop];
                }
            },
            set(_target, prop, value) {
                if (prop in extObj) {
                    delete extObj[prop];
                }
                baseObj[prop] = value;
                return true;
            },
            deleteProperty(_target, prop) {
                let success = false;
                if (prop in extObj) {
                    delete extObj[prop];
                    success = true;
                }
                if (prop in baseObj) {
                    delete baseObj[prop];
                    success = true;
                }
                return success;
            },
            ownKeys(_target) {
                const baseKeys = Reflect.ownKeys(baseObj);
                const extKeys = Reflect.ownKeys(extObj);
                const extKeysSet = new Set(extKeys);
                return [...baseKeys.filter((k) => !extKeysSet.has(k)), ...extKeys];
            },
            defineProperty(_target, prop, desc) {
                if (prop in extObj) {
                    delete extObj[prop];
                }
                Reflect.defineProperty(baseObj, prop, desc);
                return true;
            },
            getOwnPropertyDescriptor(_target, prop) {
                if (prop in extObj) {
                    return Reflect.getOwnPropertyDescriptor(extObj, prop);
                }
                else {
                    return Reflect.getOwnPropertyDescriptor(baseObj, prop);
                }
            },
            has(_target, prop) {
                return prop in extObj || prop in baseObj;
            },
        });
    }
});
part("common/mod.js");
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __exportStar = (this && this.__exportStar) || function(m, exports) {
    for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p);
};
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "./src/errors.js", "./src/algorithm.js", "./src/identifiers.js", "./src/kems/dhkem.js", "./src/kems/dhkemPrimitives/ec.js", "./src/kems/dhkemPrimitives/xCurve.js", "./src/kems/hybridkem.js", "./src/xCryptoKey.js", "./src/kdfs/hkdf.js", "./src/interfaces/aeadEncryptionContext.js", "./src/interfaces/dhkemPrimitives.js", "./src/interfaces/dhkemPrimitives.js", "./src/interfaces/kemInterface.js", "./src/consts.js", "./src/utils/misc.js", "./src/utils/noble.js", "./src/hash/hmac.js", "./src/hash/sha2.js", "./src/hash/sha3.js", "./src/curve/modular.js", "./src/curve/montgomery.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.montgomery = exports.pow2 = exports.mod = exports.shake256 = exports.shake128 = exports.sha3_512 = exports.sha3_384 = exports.sha3_256 = exports.sha512 = exports.sha384 = exports.sha256 = exports.hmac = exports.u32 = exports.numberToBigint = exports.isLE = exports.hexToNumber = exports.createView = exports.copyBytes = exports.clean = exports.aoutput = exports.anumber = exports.aexists = exports.abytes = exports.xor = exports.loadSubtleCrypto = exports.loadCrypto = exports.kemToKeyGenAlgorithm = exports.isDenoV1 = exports.isDeno = exports.isCryptoKeyPair = exports.i2Osp = exports.hexToBytes = exports.concat = exports.base64UrlToBytes = exports.MINIMUM_PSK_LENGTH = exports.INPUT_LENGTH_LIMIT = exports.INFO_LENGTH_LIMIT = exports.EMPTY = exports.SUITE_ID_HEADER_KEM = exports.LABEL_SK = exports.LABEL_DKP_PRK = exports.KEM_USAGES = exports.AEAD_USAGES = exports.toUint8Array = exports.toArrayBuffer = exports.HkdfSha512Native = exports.HkdfSha384Native = exports.HkdfSha256Native = exports.XCryptoKey = exports.Hybridkem = exports.XCurveDhkemPrimitives = exports.Ec = exports.Dhkem = exports.Mode = exports.KemId = exports.KdfId = exports.AeadId = exports.NativeAlgorithm = void 0;
    __exportStar(require("./src/errors.js"), exports);
    var algorithm_js_1 = require("./src/algorithm.js");
    Object.defineProperty(exports, "NativeAlgorithm", { enumerable: true, get: function () { return algorithm_js_1.NativeAlgorithm; } });
    var identifiers_js_1 = require("./src/identifiers.js");
    Object.defineProperty(exports, "AeadId", { enumerable: true, get: function () { return identifiers_js_1.AeadId; } });
    Object.defineProperty(exports, "KdfId", { enumerable: true, get: function () { return identifiers_js_1.KdfId; } });
    Object.defineProperty(exports, "KemId", { enumerable: true, get: function () { return identifiers_js_1.KemId; } });
    Object.defineProperty(exports, "Mode", { enumerable: true, get: function () { return identifiers_js_1.Mode; } });
    var dhkem_js_1 = require("./src/kems/dhkem.js");
    Object.defineProperty(exports, "Dhkem", { enumerable: true, get: function () { return dhkem_js_1.Dhkem; } });
    var ec_js_1 = require("./src/kems/dhkemPrimitives/ec.js");
    Object.defineProperty(exports, "Ec", { enumerable: true, get: function () { return ec_js_1.Ec; } });
    var xCurve_js_1 = require("./src/kems/dhkemPrimitives/xCurve.js");
    Object.defineProperty(exports, "XCurveDhkemPrimitives", { enumerable: true, get: function () { return xCurve_js_1.XCurveDhkemPrimitives; } });
    var hybridkem_js_1 = require("./src/kems/hybridkem.js");
    Object.defineProperty(exports, "Hybridkem", { enumerable: true, get: function () { return hybridkem_js_1.Hybridkem; } });
    var xCryptoKey_js_1 = require("./src/xCryptoKey.js");
    Object.defineProperty(exports, "XCryptoKey", { enumerable: true, get: function () { return xCryptoKey_js_1.XCryptoKey; } });
    var hkdf_js_1 = require("./src/kdfs/hkdf.js");
    Object.defineProperty(exports, "HkdfSha256Native", { enumerable: true, get: function () { return hkdf_js_1.HkdfSha256Native; } });
    Object.defineProperty(exports, "HkdfSha384Native", { enumerable: true, get: function () { return hkdf_js_1.HkdfSha384Native; } });
    Object.defineProperty(exports, "HkdfSha512Native", { enumerable: true, get: function () { return hkdf_js_1.HkdfSha512Native; } });
    Object.defineProperty(exports, "toArrayBuffer", { enumerable: true, get: function () { return hkdf_js_1.toArrayBuffer; } });
    Object.defineProperty(exports, "toUint8Array", { enumerable: true, get: function () { return hkdf_js_1.toUint8Array; } });
    var aeadEncryptionContext_js_1 = require("./src/interfaces/aeadEncryptionContext.js");
    Object.defineProperty(exports, "AEAD_USAGES", { enumerable: true, get: function () { return aeadEncryptionContext_js_1.AEAD_USAGES; } });
    var dhkemPrimitives_js_1 = require("./src/interfaces/dhkemPrimitives.js");
    Object.defineProperty(exports, "KEM_USAGES", { enumerable: true, get: function () { return dhkemPrimitives_js_1.KEM_USAGES; } });
    var dhkemPrimitives_js_2 = require("./src/interfaces/dhkemPrimitives.js");
    Object.defineProperty(exports, "LABEL_DKP_PRK", { enumerable: true, get: function () { return dhkemPrimitives_js_2.LABEL_DKP_PRK; } });
    Object.defineProperty(exports, "LABEL_SK", { enumerable: true, get: function () { return dhkemPrimitives_js_2.LABEL_SK; } });
    var kemInterface_js_1 = require("./src/interfaces/kemInterface.js");
    Object.defineProperty(exports, "SUITE_ID_HEADER_KEM", { enumerable: true, get: function () { return kemInterface_js_1.SUITE_ID_HEADER_KEM; } });
    var consts_js_1 = require("./src/consts.js");
    Object.defineProperty(exports, "EMPTY", { enumerable: true, get: function () { return consts_js_1.EMPTY; } });
    Object.defineProperty(exports, "INFO_LENGTH_LIMIT", { enumerable: true, get: function () { return consts_js_1.INFO_LENGTH_LIMIT; } });
    Object.defineProperty(exports, "INPUT_LENGTH_LIMIT", { enumerable: true, get: function () { return consts_js_1.INPUT_LENGTH_LIMIT; } });
    Object.defineProperty(exports, "MINIMUM_PSK_LENGTH", { enumerable: true, get: function () { return consts_js_1.MINIMUM_PSK_LENGTH; } });
    var misc_js_1 = require("./src/utils/misc.js");
    Object.defineProperty(exports, "base64UrlToBytes", { enumerable: true, get: function () { return misc_js_1.base64UrlToBytes; } });
    Object.defineProperty(exports, "concat", { enumerable: true, get: function () { return misc_js_1.concat; } });
    Object.defineProperty(exports, "hexToBytes", { enumerable: true, get: function () { return misc_js_1.hexToBytes; } });
    Object.defineProperty(exports, "i2Osp", { enumerable: true, get: function () { return misc_js_1.i2Osp; } });
    Object.defineProperty(exports, "isCryptoKeyPair", { enumerable: true, get: function () { return misc_js_1.isCryptoKeyPair; } });
    Object.defineProperty(exports, "isDeno", { enumerable: true, get: function () { return misc_js_1.isDeno; } });
    Object.defineProperty(exports, "isDenoV1", { enumerable: true, get: function () { return misc_js_1.isDenoV1; } });
    Object.defineProperty(exports, "kemToKeyGenAlgorithm", { enumerable: true, get: function () { return misc_js_1.kemToKeyGenAlgorithm; } });
    Object.defineProperty(exports, "loadCrypto", { enumerable: true, get: function () { return misc_js_1.loadCrypto; } });
    Object.defineProperty(exports, "loadSubtleCrypto", { enumerable: true, get: function () { return misc_js_1.loadSubtleCrypto; } });
    Object.defineProperty(exports, "xor", { enumerable: true, get: function () { return misc_js_1.xor; } });
    var noble_js_1 = require("./src/utils/noble.js");
    Object.defineProperty(exports, "abytes", { enumerable: true, get: function () { return noble_js_1.abytes; } });
    Object.defineProperty(exports, "aexists", { enumerable: true, get: function () { return noble_js_1.aexists; } });
    Object.defineProperty(exports, "anumber", { enumerable: true, get: function () { return noble_js_1.anumber; } });
    Object.defineProperty(exports, "aoutput", { enumerable: true, get: function () { return noble_js_1.aoutput; } });
    Object.defineProperty(exports, "clean", { enumerable: true, get: function () { return noble_js_1.clean; } });
    Object.defineProperty(exports, "copyBytes", { enumerable: true, get: function () { return noble_js_1.copyBytes; } });
    Object.defineProperty(exports, "createView", { enumerable: true, get: function () { return noble_js_1.createView; } });
    Object.defineProperty(exports, "hexToNumber", { enumerable: true, get: function () { return noble_js_1.hexToNumber; } });
    Object.defineProperty(exports, "isLE", { enumerable: true, get: function () { return noble_js_1.isLE; } });
    Object.defineProperty(exports, "numberToBigint", { enumerable: true, get: function () { return noble_js_1.numberToBigint; } });
    Object.defineProperty(exports, "u32", { enumerable: true, get: function () { return noble_js_1.u32; } });
    var hmac_js_1 = require("./src/hash/hmac.js");
    Object.defineProperty(exports, "hmac", { enumerable: true, get: function () { return hmac_js_1.hmac; } });
    var sha2_js_1 = require("./src/hash/sha2.js");
    Object.defineProperty(exports, "sha256", { enumerable: true, get: function () { return sha2_js_1.sha256; } });
    Object.defineProperty(exports, "sha384", { enumerable: true, get: function () { return sha2_js_1.sha384; } });
    Object.defineProperty(exports, "sha512", { enumerable: true, get: function () { return sha2_js_1.sha512; } });
    var sha3_js_1 = require("./src/hash/sha3.js");
    Object.defineProperty(exports, "sha3_256", { enumerable: true, get: function () { return sha3_js_1.sha3_256; } });
    Object.defineProperty(exports, "sha3_384", { enumerable: true, get: function () { return sha3_js_1.sha3_384; } });
    Object.defineProperty(exports, "sha3_512", { enumerable: true, get: function () { return sha3_js_1.sha3_512; } });
    Object.defineProperty(exports, "shake128", { enumerable: true, get: function () { return sha3_js_1.shake128; } });
    Object.defineProperty(exports, "shake256", { enumerable: true, get: function () { return sha3_js_1.shake256; } });
    var modular_js_1 = require("./src/curve/modular.js");
    Object.defineProperty(exports, "mod", { enumerable: true, get: function () { return modular_js_1.mod; } });
    Object.defineProperty(exports, "pow2", { enumerable: true, get: function () { return modular_js_1.pow2; } });
    var montgomery_js_1 = require("./src/curve/montgomery.js");
    Object.defineProperty(exports, "montgomery", { enumerable: true, get: function () { return montgomery_js_1.montgomery; } });
});
part("common/src/algorithm.js");
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || function (mod) {
    if (mod && mod.__esModule) return mod;
    var result = {};
    if (mod != null) for (var k in mod) if (k !== "default" && Object.prototype.hasOwnProperty.call(mod, k)) __createBinding(result, mod, k);
    __setModuleDefault(result, mod);
    return result;
};
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "../_dnt.shims.js", "./errors.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    var __syncRequire = typeof module === "object" && typeof module.exports === "object";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.NativeAlgorithm = void 0;
    const dntShim = __importStar(require("../_dnt.shims.js"));
    const errors_js_1 = require("./errors.js");
    async function loadSubtleCrypto() {
        if (dntShim.dntGlobalThis !== undefined && globalThis.crypto !== undefined) {
            // Browsers, Node.js >= v19, Cloudflare Workers, Bun, etc.
            return globalThis.crypto.subtle;
        }
        // Node.js <= v18
        try {
            // @ts-ignore: to ignore "crypto"
            const { webcrypto } = await (__syncRequire ? Promise.resolve().then(() => __importStar(require("crypto"))) : new Promise((resolve_1, reject_1) => { require(["crypto"], resolve_1, reject_1); }).then(__importStar)); // node:crypto
            return webcrypto.subtle;
        }
        catch (e) {
            throw new errors_js_1.NotSupportedError(e);
        }
    }
    class NativeAlgorithm {
        constructor() {
            Object.defineProperty(this, "_api", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: undefined
            });
        }
        async _setup() {
            if (this._api !== undefined) {
                return;
            }
            this._api = await loadSubtleCrypto();
        }
    }
    exports.NativeAlgorithm = NativeAlgorithm;
});
part("common/src/consts.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.BYTE_TO_BIGINT_256 = exports.N_0x71 = exports.N_256 = exports.N_32 = exports.N_7 = exports.N_2 = exports.N_1 = exports.N_0 = exports.EMPTY = exports.MINIMUM_PSK_LENGTH = exports.INFO_LENGTH_LIMIT = exports.INPUT_LENGTH_LIMIT = void 0;
    // The input length limit (psk, psk_id, info, exporter_context, ikm).
    exports.INPUT_LENGTH_LIMIT = 8192;
    exports.INFO_LENGTH_LIMIT = 268435456;
    // The minimum length of a PSK.
    exports.MINIMUM_PSK_LENGTH = 32;
    // b""
    exports.EMPTY = new Uint8Array(0);
    // Common BigInt constants
    exports.N_0 = 0n;
    exports.N_1 = 1n;
    exports.N_2 = 2n;
    exports.N_7 = 7n;
    exports.N_32 = 32n;
    exports.N_256 = 256n;
    exports.N_0x71 = 0x71n;
    exports.BYTE_TO_BIGINT_256 = (() => {
        const out = new Array(256);
        let i = 0;
        let value = 0n;
        while (i < 256) {
            out[i] = value;
            i++;
            value += 1n;
        }
        return out;
    })();
});
part("common/src/errors.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.NotSupportedError = exports.DeriveKeyPairError = exports.MessageLimitReachedError = exports.OpenError = exports.SealError = exports.ExportError = exports.DecapError = exports.EncapError = exports.DeserializeError = exports.SerializeError = exports.ValidationError = exports.InvalidParamError = exports.HpkeError = void 0;
    /**
     * The base error class of hpke-js.
     * @group Errors
     */
    class HpkeError extends Error {
        constructor(e) {
            let message;
            if (e instanceof Error) {
                message = e.message;
            }
            else if (typeof e === "string") {
                message = e;
            }
            else {
                message = "";
            }
            super(message);
            this.name = this.constructor.name;
        }
    }
    exports.HpkeError = HpkeError;
    /**
     * Invalid parameter.
     * @group Errors
     */
    class InvalidParamError extends HpkeError {
    }
    exports.InvalidParamError = InvalidParamError;
    /**
     * KEM input or output validation failure.
     * @group Errors
     */
    class ValidationError extends HpkeError {
    }
    exports.ValidationError = ValidationError;
    /**
     * Public or private key serialization failure.
     * @group Errors
     */
    class SerializeError extends HpkeError {
    }
    exports.SerializeError = SerializeError;
    /**
     * Public or private key deserialization failure.
     * @group Errors
     */
    class DeserializeError extends HpkeError {
    }
    exports.DeserializeError = DeserializeError;
    /**
     * encap() failure.
     * @group Errors
     */
    class EncapError extends HpkeError {
    }
    exports.EncapError = EncapError;
    /**
     * decap() failure.
     * @group Errors
     */
    class DecapError extends HpkeError {
    }
    exports.DecapError = DecapError;
    /**
     * Secret export failure.
     * @group Errors
     */
    class ExportError extends HpkeError {
    }
    exports.ExportError = ExportError;
    /**
     * seal() failure.
     * @group Errors
     */
    class SealError extends HpkeError {
    }
    exports.SealError = SealError;
    /**
     * open() failure.
     * @group Errors
     */
    class OpenError extends HpkeError {
    }
    exports.OpenError = OpenError;
    /**
     * Sequence number overflow on the encryption context.
     * @group Errors
     */
    class MessageLimitReachedError extends HpkeError {
    }
    exports.MessageLimitReachedError = MessageLimitReachedError;
    /**
     * Key pair derivation failure.
     * @group Errors
     */
    class DeriveKeyPairError extends HpkeError {
    }
    exports.DeriveKeyPairError = DeriveKeyPairError;
    /**
     * Not supported failure.
     * @group Errors
     */
    class NotSupportedError extends HpkeError {
    }
    exports.NotSupportedError = NotSupportedError;
});
part("common/src/identifiers.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.AeadId = exports.KdfId = exports.KemId = exports.Mode = void 0;
    /**
     * The supported HPKE modes.
     */
    exports.Mode = {
        Base: 0x00,
        Psk: 0x01,
        Auth: 0x02,
        AuthPsk: 0x03,
    };
    /**
     * The supported Key Encapsulation Mechanism (KEM) identifiers.
     */
    exports.KemId = {
        NotAssigned: 0x0000,
        DhkemP256HkdfSha256: 0x0010,
        DhkemP384HkdfSha384: 0x0011,
        DhkemP521HkdfSha512: 0x0012,
        DhkemSecp256k1HkdfSha256: 0x0013,
        DhkemX25519HkdfSha256: 0x0020,
        DhkemX448HkdfSha512: 0x0021,
        HybridkemX25519Kyber768: 0x0030,
        MlKem512: 0x0040,
        MlKem768: 0x0041,
        MlKem1024: 0x0042,
        XWing: 0x647a,
    };
    /**
     * The supported Key Derivation Function (KDF) identifiers.
     */
    exports.KdfId = {
        HkdfSha256: 0x0001,
        HkdfSha384: 0x0002,
        HkdfSha512: 0x0003,
        Sha3256: 0x0004,
        Sha3384: 0x0005,
        Sha3512: 0x0006,
        Shake128: 0x0010,
        Shake256: 0x0011,
        TurboShake128: 0x0012,
        TurboShake256: 0x0013,
    };
    /**
     * The supported Authenticated Encryption with Associated Data (AEAD) identifiers.
     */
    exports.AeadId = {
        Aes128Gcm: 0x0001,
        Aes256Gcm: 0x0002,
        Chacha20Poly1305: 0x0003,
        ExportOnly: 0xFFFF,
    };
});
part("common/src/interfaces/aeadEncryptionContext.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.AEAD_USAGES = void 0;
    // The key usages for AEAD.
    exports.AEAD_USAGES = ["encrypt", "decrypt"];
});
part("common/src/interfaces/dhkemPrimitives.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.LABEL_SK = exports.LABEL_DKP_PRK = exports.KEM_USAGES = void 0;
    // The key usages for KEM.
    exports.KEM_USAGES = ["deriveBits"];
    // b"dkp_prk"
    exports.LABEL_DKP_PRK = new Uint8Array([
        100,
        107,
        112,
        95,
        112,
        114,
        107,
    ]);
    // b"sk"
    exports.LABEL_SK = new Uint8Array([115, 107]);
});
part("common/src/interfaces/kemInterface.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.SUITE_ID_HEADER_KEM = void 0;
    // b"KEM"
    exports.SUITE_ID_HEADER_KEM = new Uint8Array([
        75,
        69,
        77,
        0,
        0,
    ]);
});
part("common/src/kdfs/hkdf.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "../consts.js", "../errors.js", "../identifiers.js", "../algorithm.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.HkdfSha512Native = exports.HkdfSha384Native = exports.HkdfSha256Native = exports.HkdfNative = void 0;
    exports.toUint8Array = toUint8Array;
    exports.toArrayBuffer = toArrayBuffer;
    const consts_js_1 = require("../consts.js");
    const errors_js_1 = require("../errors.js");
    const identifiers_js_1 = require("../identifiers.js");
    const algorithm_js_1 = require("../algorithm.js");
    // b"HPKE-v1"
    const HPKE_VERSION = /* @__PURE__ */ new Uint8Array([
        72,
        80,
        75,
        69,
        45,
        118,
        49,
    ]);
    function toUint8Array(input) {
        return new Uint8Array(toArrayBuffer(input));
    }
    function toArrayBuffer(input) {
        if (input instanceof ArrayBuffer) {
            return input;
        }
        if (ArrayBuffer.isView(input)) {
            return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
                .slice().buffer;
        }
        return new Uint8Array(input).slice().buffer;
    }
    class HkdfNative extends algorithm_js_1.NativeAlgorithm {
        constructor() {
            super();
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: identifiers_js_1.KdfId.HkdfSha256
            });
            Object.defineProperty(this, "hashSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "_suiteId", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: consts_js_1.EMPTY
            });
            Object.defineProperty(this, "algHash", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: {
                    name: "HMAC",
                    hash: "SHA-256",
                    length: 256,
                }
            });
        }
        init(suiteId) {
            this._suiteId = suiteId;
        }
        buildLabeledIkm(label, ikm) {
            this._checkInit();
            const ret = new Uint8Array(7 + this._suiteId.byteLength + label.byteLength + ikm.byteLength);
            ret.set(HPKE_VERSION, 0);
            ret.set(this._suiteId, 7);
            ret.set(label, 7 + this._suiteId.byteLength);
            ret.set(ikm, 7 + this._suiteId.byteLength + label.byteLength);
            return ret;
        }
        buildLabeledInfo(label, info, len) {
            this._checkInit();
            const ret = new Uint8Array(9 + this._suiteId.byteLength + label.byteLength + info.byteLength);
            ret.set(new Uint8Array([0, len]), 0);
            ret.set(HPKE_VERSION, 2);
            ret.set(this._suiteId, 9);
            ret.set(label, 9 + this._suiteId.byteLength);
            ret.set(info, 9 + this._suiteId.byteLength + label.byteLength);
            return ret;
        }
        async extract(salt, ikm) {
            await this._setup();
            const saltBuf = salt.byteLength === 0
                ? new ArrayBuffer(this.hashSize)
                : toArrayBuffer(salt);
            if (saltBuf.byteLength !== this.hashSize) {
                throw new errors_js_1.InvalidParamError("The salt length must be the same as the hashSize");
            }
            const ikmBuf = toArrayBuffer(ikm);
            const key = await this._api.importKey("raw", saltBuf, this.algHash, false, [
                "sign",
            ]);
            return await this._api.sign("HMAC", key, ikmBuf);
        }
        async expand(prk, info, len) {
            await this._setup();
            const prkBuf = toArrayBuffer(prk);
            const key = await this._api.importKey("raw", prkBuf, this.algHash, false, [
                "sign",
            ]);
            const okm = new ArrayBuffer(len);
            const okmBytes = new Uint8Array(okm);
            let prev = consts_js_1.EMPTY;
            const mid = toUint8Array(info);
            const tail = new Uint8Array(1);
            if (len > 255 * this.hashSize) {
                throw new Error("Entropy limit reached");
            }
            const tmp = new Uint8Array(this.hashSize + mid.length + 1);
            for (let i = 1, cur = 0; cur < okmBytes.length; i++) {
                tail[0] = i;
                tmp.set(prev, 0);
                tmp.set(mid, prev.length);
                tmp.set(tail, prev.length + mid.length);
                prev = new Uint8Array(await this._api.sign("HMAC", key, tmp.slice(0, prev.length + mid.length + 1)));
                if (okmBytes.length - cur >= prev.length) {
                    okmBytes.set(prev, cur);
                    cur += prev.length;
                }
                else {
                    okmBytes.set(prev.slice(0, okmBytes.length - cur), cur);
                    cur += okmBytes.length - cur;
                }
            }
            return okm;
        }
        async extractAndExpand(salt, ikm, info, len) {
            await this._setup();
            const ikmBuf = toArrayBuffer(ikm);
            const baseKey = await this._api.importKey("raw", ikmBuf, "HKDF", false, ["deriveBits"]);
            return await this._api.deriveBits({
                name: "HKDF",
                hash: this.algHash.hash,
                salt: toArrayBuffer(salt),
                info: toArrayBuffer(info),
            }, baseKey, len * 8);
        }
        async labeledExtract(salt, label, ikm) {
            return await this.extract(salt, this.buildLabeledIkm(label, ikm));
        }
        async labeledExpand(prk, label, info, len) {
            return await this.expand(prk, this.buildLabeledInfo(label, info, len), len);
        }
        _checkInit() {
            if (this._suiteId === consts_js_1.EMPTY) {
                throw new Error("Not initialized. Call init()");
            }
        }
    }
    exports.HkdfNative = HkdfNative;
    class HkdfSha256Native extends HkdfNative {
        constructor() {
            super(...arguments);
            /** KdfId.HkdfSha256 (0x0001) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: identifiers_js_1.KdfId.HkdfSha256
            });
            /** 32 */
            Object.defineProperty(this, "hashSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
            /** The parameters for Web Cryptography API */
            Object.defineProperty(this, "algHash", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: {
                    name: "HMAC",
                    hash: "SHA-256",
                    length: 256,
                }
            });
        }
    }
    exports.HkdfSha256Native = HkdfSha256Native;
    class HkdfSha384Native extends HkdfNative {
        constructor() {
            super(...arguments);
            /** KdfId.HkdfSha384 (0x0002) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: identifiers_js_1.KdfId.HkdfSha384
            });
            /** 48 */
            Object.defineProperty(this, "hashSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 48
            });
            /** The parameters for Web Cryptography API */
            Object.defineProperty(this, "algHash", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: {
                    name: "HMAC",
                    hash: "SHA-384",
                    length: 384,
                }
            });
        }
    }
    exports.HkdfSha384Native = HkdfSha384Native;
    class HkdfSha512Native extends HkdfNative {
        constructor() {
            super(...arguments);
            /** KdfId.HkdfSha512 (0x0003) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: identifiers_js_1.KdfId.HkdfSha512
            });
            /** 64 */
            Object.defineProperty(this, "hashSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 64
            });
            /** The parameters for Web Cryptography API */
            Object.defineProperty(this, "algHash", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: {
                    name: "HMAC",
                    hash: "SHA-512",
                    length: 512,
                }
            });
        }
    }
    exports.HkdfSha512Native = HkdfSha512Native;
});
part("common/src/kems/dhkem.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "../consts.js", "../errors.js", "../interfaces/kemInterface.js", "../kdfs/hkdf.js", "../utils/misc.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.Dhkem = void 0;
    const consts_js_1 = require("../consts.js");
    const errors_js_1 = require("../errors.js");
    const kemInterface_js_1 = require("../interfaces/kemInterface.js");
    const hkdf_js_1 = require("../kdfs/hkdf.js");
    const misc_js_1 = require("../utils/misc.js");
    // b"eae_prk"
    const LABEL_EAE_PRK = /* @__PURE__ */ new Uint8Array([
        101,
        97,
        101,
        95,
        112,
        114,
        107,
    ]);
    // b"shared_secret"
    // deno-fmt-ignore
    const LABEL_SHARED_SECRET = /* @__PURE__ */ new Uint8Array([
        115, 104, 97, 114, 101, 100, 95, 115, 101, 99,
        114, 101, 116,
    ]);
    function concat3(a, b, c) {
        const ret = new Uint8Array(a.length + b.length + c.length);
        ret.set(a, 0);
        ret.set(b, a.length);
        ret.set(c, a.length + b.length);
        return ret;
    }
    class Dhkem {
        constructor(id, prim, kdf) {
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "secretSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "encSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "publicKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "privateKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "_prim", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_kdf", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            this.id = id;
            this._prim = prim;
            this._kdf = kdf;
            const suiteId = new Uint8Array(kemInterface_js_1.SUITE_ID_HEADER_KEM);
            suiteId.set((0, misc_js_1.i2Osp)(this.id, 2), 3);
            this._kdf.init(suiteId);
        }
        async serializePublicKey(key) {
            return await this._prim.serializePublicKey(key);
        }
        async deserializePublicKey(key) {
            return await this._prim.deserializePublicKey((0, hkdf_js_1.toArrayBuffer)(key));
        }
        async serializePrivateKey(key) {
            return await this._prim.serializePrivateKey(key);
        }
        async deserializePrivateKey(key) {
            return await this._prim.deserializePrivateKey((0, hkdf_js_1.toArrayBuffer)(key));
        }
        async importKey(format, key, isPublic = true) {
            return await this._prim.importKey(format, key, isPublic);
        }
        async generateKeyPair() {
            return await this._prim.generateKeyPair();
        }
        async deriveKeyPair(ikm) {
            const rawIkm = (0, hkdf_js_1.toArrayBuffer)(ikm);
            if (rawIkm.byteLength > consts_js_1.INPUT_LENGTH_LIMIT) {
                throw new errors_js_1.InvalidParamError("Too long ikm");
            }
            return await this._prim.deriveKeyPair(rawIkm);
        }
        async encap(params) {
            let ke;
            if (params.ekm === undefined) {
                ke = await this.generateKeyPair();
            }
            else if ((0, misc_js_1.isCryptoKeyPair)(params.ekm)) {
                // params.ekm is only used for testing.
                ke = params.ekm;
            }
            else {
                // params.ekm is only used for testing.
                ke = await this.deriveKeyPair(params.ekm);
            }
            const enc = await this._prim.serializePublicKey(ke.publicKey);
            const pkrm = await this._prim.serializePublicKey(params.recipientPublicKey);
            try {
                let dh;
                if (params.senderKey === undefined) {
                    dh = new Uint8Array(await this._prim.dh(ke.privateKey, params.recipientPublicKey));
                }
                else {
                    const sks = (0, misc_js_1.isCryptoKeyPair)(params.senderKey)
                        ? params.senderKey.privateKey
                        : params.senderKey;
                    const dh1 = new Uint8Array(await this._prim.dh(ke.privateKey, params.recipientPublicKey));
                    const dh2 = new Uint8Array(await this._prim.dh(sks, params.recipientPublicKey));
                    dh = (0, misc_js_1.concat)(dh1, dh2);
                }
                let kemContext;
                if (params.senderKey === undefined) {
                    kemContext = (0, misc_js_1.concat)(new Uint8Array(enc), new Uint8Array(pkrm));
                }
                else {
                    const pks = (0, misc_js_1.isCryptoKeyPair)(params.senderKey)
                        ? params.senderKey.publicKey
                        : await this._prim.derivePublicKey(params.senderKey);
                    const pksm = await this._prim.serializePublicKey(pks);
                    kemContext = concat3(new Uint8Array(enc), new Uint8Array(pkrm), new Uint8Array(pksm));
                }
                const sharedSecret = await this._generateSharedSecret(dh, kemContext);
                return {
                    enc: enc,
                    sharedSecret: sharedSecret,
                };
            }
            catch (e) {
                throw new errors_js_1.EncapError(e);
            }
        }
        async decap(params) {
            const enc = (0, hkdf_js_1.toArrayBuffer)(params.enc);
            const pke = await this._prim.deserializePublicKey(enc);
            const skr = (0, misc_js_1.isCryptoKeyPair)(params.recipientKey)
                ? params.recipientKey.privateKey
                : params.recipientKey;
            const pkr = (0, misc_js_1.isCryptoKeyPair)(params.recipientKey)
                ? params.recipientKey.publicKey
                : await this._prim.derivePublicKey(params.recipientKey);
            const pkrm = await this._prim.serializePublicKey(pkr);
            try {
                let dh;
                if (params.senderPublicKey === undefined) {
                    dh = new Uint8Array(await this._prim.dh(skr, pke));
                }
                else {
                    const dh1 = new Uint8Array(await this._prim.dh(skr, pke));
                    const dh2 = new Uint8Array(await this._prim.dh(skr, params.senderPublicKey));
                    dh = (0, misc_js_1.concat)(dh1, dh2);
                }
                let kemContext;
                if (params.senderPublicKey === undefined) {
                    kemContext = (0, misc_js_1.concat)(new Uint8Array(enc), new Uint8Array(pkrm));
                }
                else {
                    const pksm = await this._prim.serializePublicKey(params.senderPublicKey);
                    kemContext = new Uint8Array(enc.byteLength + pkrm.byteLength + pksm.byteLength);
                    kemContext.set(new Uint8Array(enc), 0);
                    kemContext.set(new Uint8Array(pkrm), enc.byteLength);
                    kemContext.set(new Uint8Array(pksm), enc.byteLength + pkrm.byteLength);
                }
                return await this._generateSharedSecret(dh, kemContext);
            }
            catch (e) {
                throw new errors_js_1.DecapError(e);
            }
        }
        async _generateSharedSecret(dh, kemContext) {
            const labeledIkm = this._kdf.buildLabeledIkm(LABEL_EAE_PRK, dh);
            const labeledInfo = this._kdf.buildLabeledInfo(LABEL_SHARED_SECRET, kemContext, this.secretSize);
            return await this._kdf.extractAndExpand(consts_js_1.EMPTY, labeledIkm, labeledInfo, this.secretSize);
        }
    }
    exports.Dhkem = Dhkem;
});
part("common/src/utils/misc.js");
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || function (mod) {
    if (mod && mod.__esModule) return mod;
    var result = {};
    if (mod != null) for (var k in mod) if (k !== "default" && Object.prototype.hasOwnProperty.call(mod, k)) __createBinding(result, mod, k);
    __setModuleDefault(result, mod);
    return result;
};
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "../../_dnt.shims.js", "../identifiers.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    var __syncRequire = typeof module === "object" && typeof module.exports === "object";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.isCryptoKeyPair = exports.isDenoV1 = void 0;
    exports.isDeno = isDeno;
    exports.i2Osp = i2Osp;
    exports.concat = concat;
    exports.base64UrlToBytes = base64UrlToBytes;
    exports.bytesToBase64Url = bytesToBase64Url;
    exports.hexToBytes = hexToBytes;
    exports.bytesToHex = bytesToHex;
    exports.kemToKeyGenAlgorithm = kemToKeyGenAlgorithm;
    exports.loadSubtleCrypto = loadSubtleCrypto;
    exports.loadCrypto = loadCrypto;
    exports.xor = xor;
    const dntShim = __importStar(require("../../_dnt.shims.js"));
    const identifiers_js_1 = require("../identifiers.js");
    const isDenoV1 = () => 
    // deno-lint-ignore no-explicit-any
    dntShim.dntGlobalThis.process === undefined;
    exports.isDenoV1 = isDenoV1;
    /**
     * Checks whether the runtime is Deno or not (Node.js).
     * @returns boolean - true if the runtime is Deno, false Node.js.
     */
    function isDeno() {
        // deno-lint-ignore no-explicit-any
        if (dntShim.dntGlobalThis.process === undefined) {
            return true;
        }
        // deno-lint-ignore no-explicit-any
        return dntShim.dntGlobalThis.process?.versions?.deno !== undefined;
    }
    /**
     * Checks whetehr the type of input is CryptoKeyPair or not.
     */
    const isCryptoKeyPair = (x) => typeof x === "object" &&
        x !== null &&
        typeof x.privateKey === "object" &&
        typeof x.publicKey === "object";
    exports.isCryptoKeyPair = isCryptoKeyPair;
    /**
     * Converts integer to octet string. I2OSP implementation.
     */
    function i2Osp(n, w) {
        if (w <= 0) {
            throw new Error("i2Osp: too small size");
        }
        if (n >= 256 ** w) {
            throw new Error("i2Osp: too large integer");
        }
        const ret = new Uint8Array(w);
        for (let i = 0; i < w && n; i++) {
            ret[w - (i + 1)] = n % 256;
            n = Math.floor(n / 256);
        }
        return ret;
    }
    /**
     * Concatenates two Uint8Arrays.
     * @param a Uint8Array
     * @param b Uint8Array
     * @returns Concatenated Uint8Array
     */
    function concat(a, b) {
        const ret = new Uint8Array(a.length + b.length);
        ret.set(a, 0);
        ret.set(b, a.length);
        return ret;
    }
    /**
     * Decodes Base64Url-encoded data.
     * @param v Base64Url-encoded string
     * @returns Uint8Array
     */
    function base64UrlToBytes(v) {
        const base64 = v.replace(/-/g, "+").replace(/_/g, "/");
        const byteString = atob(base64);
        const ret = new Uint8Array(byteString.length);
        for (let i = 0; i < byteString.length; i++) {
            ret[i] = byteString.charCodeAt(i);
        }
        return ret;
    }
    /**
     * Encodes Uint8Array to Base64Url.
     * @param v Uint8Array
     * @returns Base64Url-encoded string
     */
    function bytesToBase64Url(v) {
        return btoa(String.fromCharCode(...v))
            .replace(/\+/g, "-")
            .replace(/\//g, "_")
            .replace(/=*$/g, "");
    }
    /**
     * Decodes hex string to Uint8Array.
     * @param v Hex string
     * @returns Uint8Array
     * @throws Error if the input is not a hex string.
     */
    function hexToBytes(v) {
        if (v.length === 0) {
            return new Uint8Array([]);
        }
        const res = v.match(/[\da-f]{2}/gi);
        if (res == null) {
            throw new Error("Not hex string.");
        }
        return new Uint8Array(res.map(function (h) {
            return parseInt(h, 16);
        }));
    }
    /**
     * Encodes Uint8Array to hex string.
     * @param v Uint8Array
     * @returns Hex string
     */
    function bytesToHex(v) {
        return [...v].map((x) => x.toString(16).padStart(2, "0")).join("");
    }
    /**
     * Converts KemId to KeyAlgorithm.
     * @param kem KemId
     * @returns KeyAlgorithm
     */
    function kemToKeyGenAlgorithm(kem) {
        switch (kem) {
            case identifiers_js_1.KemId.DhkemP256HkdfSha256:
                return {
                    name: "ECDH",
                    namedCurve: "P-256",
                };
            case identifiers_js_1.KemId.DhkemP384HkdfSha384:
                return {
                    name: "ECDH",
                    namedCurve: "P-384",
                };
            case identifiers_js_1.KemId.DhkemP521HkdfSha512:
                return {
                    name: "ECDH",
                    namedCurve: "P-521",
                };
            default:
                // case KemId.DhkemX25519HkdfSha256
                return {
                    name: "X25519",
                };
        }
    }
    async function loadSubtleCrypto() {
        if (dntShim.dntGlobalThis !== undefined && globalThis.crypto !== undefined) {
            // Browsers, Node.js >= v19, Cloudflare Workers, Bun, etc.
            return globalThis.crypto.subtle;
        }
        // Node.js <= v18
        try {
            // @ts-ignore: to ignore "crypto"
            const { webcrypto } = await (__syncRequire ? Promise.resolve().then(() => __importStar(require("crypto"))) : new Promise((resolve_1, reject_1) => { require(["crypto"], resolve_1, reject_1); }).then(__importStar)); // node:crypto
            return webcrypto.subtle;
        }
        catch (_e) {
            throw new Error("Failed to load SubtleCrypto");
        }
    }
    async function loadCrypto() {
        if (typeof dntShim.dntGlobalThis !== "undefined" && globalThis.crypto !== undefined) {
            // Browsers, Node.js >= v19, Cloudflare Workers, Bun, etc.
            return globalThis.crypto;
        }
        // Node.js <= v18
        try {
            // @ts-ignore: to ignore "crypto"
            const { webcrypto } = await (__syncRequire ? Promise.resolve().then(() => __importStar(require("crypto"))) : new Promise((resolve_2, reject_2) => { require(["crypto"], resolve_2, reject_2); }).then(__importStar)); // node:crypto
            return webcrypto;
        }
        catch (_e) {
            throw new Error("failed to load Crypto");
        }
    }
    /**
     * XOR for Uint8Array.
     */
    function xor(a, b) {
        if (a.byteLength !== b.byteLength) {
            throw new Error("xor: different length inputs");
        }
        const buf = new Uint8Array(a.byteLength);
        for (let i = 0; i < a.byteLength; i++) {
            buf[i] = a[i] ^ b[i];
        }
        return buf;
    }
});
part("common/src/utils/noble.js");
// deno-lint-ignore-file no-explicit-any
/**
 * This file is based on noble-curves (https://github.com/paulmillr/noble-curves).
 *
 * noble-curves - MIT License (c) 2022 Paul Miller (paulmillr.com)
 *
 * The original file is located at:
 * https://github.com/paulmillr/noble-curves/blob/b9d49d2b41d550571a0c5be443ecb62109fa3373/src/utils.ts
 */
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "./misc.js", "../consts.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.byteSwapIfBE = exports.isLE = void 0;
    exports.isBytes = isBytes;
    exports.anumber = anumber;
    exports.abytes = abytes;
    exports.aexists = aexists;
    exports.aoutput = aoutput;
    exports.u32 = u32;
    exports.clean = clean;
    exports.byteSwap = byteSwap;
    exports.swap8IfBE = swap8IfBE;
    exports.byteSwap32 = byteSwap32;
    exports.swap32IfBE = swap32IfBE;
    exports.createView = createView;
    exports.rotr = rotr;
    exports.bytesToHex = bytesToHex;
    exports.hexToBytes = hexToBytes;
    exports.utf8ToBytes = utf8ToBytes;
    exports.bytesToUtf8 = bytesToUtf8;
    exports.numberToHexUnpadded = numberToHexUnpadded;
    exports.hexToNumber = hexToNumber;
    exports.numberToBigint = numberToBigint;
    exports.bytesToNumberBE = bytesToNumberBE;
    exports.bytesToNumberLE = bytesToNumberLE;
    exports.numberToBytesBE = numberToBytesBE;
    exports.numberToBytesLE = numberToBytesLE;
    exports.copyBytes = copyBytes;
    exports.concatBytes = concatBytes;
    exports.asciiToBytes = asciiToBytes;
    exports.inRange = inRange;
    exports.aInRange = aInRange;
    exports.validateObject = validateObject;
    exports.randomBytesAsync = randomBytesAsync;
    exports.oidNist = oidNist;
    /**
     * Hex, bytes and number utilities.
     * @module
     */
    const misc_js_1 = require("./misc.js");
    const consts_js_1 = require("../consts.js");
    /** Checks if something is Uint8Array. Be careful: nodejs Buffer will return true. */
    function isBytes(a) {
        return a instanceof Uint8Array ||
            (ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array");
    }
    /** Asserts something is positive integer. */
    function anumber(n, title = "") {
        if (!Number.isSafeInteger(n) || n < 0) {
            const prefix = title && `"${title}" `;
            throw new Error(`${prefix}expected integer >0, got ${n}`);
        }
    }
    /** Asserts something is Uint8Array. */
    function abytes(value, length, title = "") {
        const bytes = isBytes(value);
        const len = value?.length;
        const needsLen = length !== undefined;
        if (!bytes || (needsLen && len !== length)) {
            const prefix = title && `"${title}" `;
            const ofLen = needsLen ? ` of length ${length}` : "";
            const got = bytes ? `length=${len}` : `type=${typeof value}`;
            throw new Error(prefix + "expected Uint8Array" + ofLen + ", got " + got);
        }
        return value;
    }
    // ahash function is now imported from ../hash/hash.ts
    /** Asserts a hash instance has not been destroyed / finished */
    function aexists(instance, checkFinished = true) {
        if (instance.destroyed)
            throw new Error("Hash instance has been destroyed");
        if (checkFinished && instance.finished) {
            throw new Error("Hash#digest() has already been called");
        }
    }
    /** Asserts output is properly-sized byte array */
    function aoutput(out, instance) {
        abytes(out, undefined, "digestInto() output");
        const min = instance.outputLen;
        if (out.length < min) {
            throw new Error('"digestInto() output" expected to be of length >=' + min);
        }
    }
    // Used in weierstrass, der
    function abignumer(n) {
        if (typeof n === "bigint") {
            if (!isPosBig(n))
                throw new Error("positive bigint expected, got " + n);
        }
        else
            anumber(n);
        return n;
    }
    /** Cast u8 / u16 / u32 to u32. */
    function u32(arr) {
        return new Uint32Array(arr.buffer, arr.byteOffset, Math.floor(arr.byteLength / 4));
    }
    /** Zeroize a byte array. Warning: JS provides no guarantees. */
    function clean(...arrays) {
        for (let i = 0; i < arrays.length; i++) {
            arrays[i].fill(0);
        }
    }
    /** Pre-computed buffer for endianness detection */
    const _endianTestBuffer = /* @__PURE__ */ new Uint32Array([0x11223344]);
    const _endianTestBytes = /* @__PURE__ */ new Uint8Array(_endianTestBuffer.buffer);
    /** Is current platform little-endian? Most are. Big-Endian platform: IBM */
    exports.isLE = _endianTestBytes[0] === 0x44;
    /** The byte swap operation for uint32 */
    function byteSwap(word) {
        return (((word << 24) & 0xff000000) |
            ((word << 8) & 0xff0000) |
            ((word >>> 8) & 0xff00) |
            ((word >>> 24) & 0xff));
    }
    /** Conditionally byte swap if on a big-endian platform */
    function swap8IfBE(n) {
        return exports.isLE ? n : byteSwap(n);
    }
    /** @deprecated */
    exports.byteSwapIfBE = swap8IfBE;
    /** In place byte swap for Uint32Array */
    function byteSwap32(arr) {
        for (let i = 0; i < arr.length; i++) {
            arr[i] = byteSwap(arr[i]);
        }
        return arr;
    }
    function swap32IfBE(u) {
        return exports.isLE ? u : byteSwap32(u);
    }
    /** Create DataView of an array for easy byte-level manipulation. */
    function createView(arr) {
        return new DataView(arr.buffer, arr.byteOffset, arr.byteLength);
    }
    /** The rotate right (circular right shift) operation for uint32 */
    function rotr(word, shift) {
        return (word << (32 - shift)) | (word >>> shift);
    }
    // Built-in hex conversion https://caniuse.com/mdn-javascript_builtins_uint8array_fromhex
    const hasHexBuiltin = /* @__PURE__ */ (() => 
    // @ts-ignore: to use toHex
    typeof Uint8Array.from([]).toHex === "function" &&
        // @ts-ignore: to use fromHex
        typeof Uint8Array.fromHex === "function")();
    // Array where index 0xf0 (240) is mapped to string 'f0'
    const hexes = /* @__PURE__ */ Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
    const HEX_TO_BIGINT = /* @__PURE__ */ [
        0n,
        1n,
        2n,
        3n,
        4n,
        5n,
        6n,
        7n,
        8n,
        9n,
        10n,
        11n,
        12n,
        13n,
        14n,
        15n,
    ];
    /**
     * Convert byte array to hex string. Uses built-in function, when available.
     * @example bytesToHex(Uint8Array.from([0xca, 0xfe, 0x01, 0x23])) // 'cafe0123'
     */
    function bytesToHex(bytes) {
        abytes(bytes);
        // @ts-ignore: to use toHex
        if (hasHexBuiltin)
            return bytes.toHex();
        // pre-caching improves the speed 6x
        let hex = "";
        for (let i = 0; i < bytes.length; i++) {
            hex += hexes[bytes[i]];
        }
        return hex;
    }
    // We use optimized technique to convert hex string to byte array
    const asciis = { _0: 48, _9: 57, A: 65, F: 70, a: 97, f: 102 };
    function asciiToBase16(ch) {
        if (ch >= asciis._0 && ch <= asciis._9)
            return ch - asciis._0; // '2' => 50-48
        if (ch >= asciis.A && ch <= asciis.F)
            return ch - (asciis.A - 10); // 'B' => 66-(65-10)
        if (ch >= asciis.a && ch <= asciis.f)
            return ch - (asciis.a - 10); // 'b' => 98-(97-10)
        return;
    }
    /**
     * Convert hex string to byte array. Uses built-in function, when available.
     * @example hexToBytes('cafe0123') // Uint8Array.from([0xca, 0xfe, 0x01, 0x23])
     */
    function hexToBytes(hex) {
        if (typeof hex !== "string") {
            throw new Error("hex string expected, got " + typeof hex);
        }
        // @ts-ignore: to use fromHex
        if (hasHexBuiltin)
            return Uint8Array.fromHex(hex);
        const hl = hex.length;
        const al = hl / 2;
        if (hl % 2) {
            throw new Error("hex string expected, got unpadded hex of length " + hl);
        }
        const array = new Uint8Array(al);
        for (let ai = 0, hi = 0; ai < al; ai++, hi += 2) {
            const n1 = asciiToBase16(hex.charCodeAt(hi));
            const n2 = asciiToBase16(hex.charCodeAt(hi + 1));
            if (n1 === undefined || n2 === undefined) {
                const char = hex[hi] + hex[hi + 1];
                throw new Error('hex string expected, got non-hex character "' + char + '" at index ' +
                    hi);
            }
            array[ai] = n1 * 16 + n2; // multiply first octet, e.g. 'a3' => 10*16+3 => 160 + 3 => 163
        }
        return array;
    }
    /**
     * Converts string to bytes using UTF8 encoding.
     * @example utf8ToBytes('abc') // Uint8Array.from([97, 98, 99])
     */
    function utf8ToBytes(str) {
        if (typeof str !== "string")
            throw new Error("string expected");
        return new Uint8Array(new TextEncoder().encode(str)); // https://bugzil.la/1681809
    }
    /**
     * Converts bytes to string using UTF8 encoding.
     * @example bytesToUtf8(Uint8Array.from([97, 98, 99])) // 'abc'
     */
    function bytesToUtf8(bytes) {
        return new TextDecoder().decode(bytes);
    }
    function numberToHexUnpadded(num) {
        const hex = abignumer(num).toString(16);
        return hex.length & 1 ? "0" + hex : hex;
    }
    function hexToNumber(hex) {
        if (typeof hex !== "string") {
            throw new Error("hex string expected, got " + typeof hex);
        }
        let out = consts_js_1.N_0;
        for (let i = 0; i < hex.length; i++) {
            const n = asciiToBase16(hex.charCodeAt(i));
            if (n === undefined) {
                throw new Error('hex string expected, got non-hex character "' + hex[i] +
                    '" at index ' + i);
            }
            out = (out << 4n) | HEX_TO_BIGINT[n];
        }
        return out; // Big Endian
    }
    function numberToBigint(num) {
        anumber(num, "numberToBigint");
        let n = num;
        let out = consts_js_1.N_0;
        let bit = 1n;
        while (n > 0) {
            if (n % 2 === 1)
                out += bit;
            n = Math.floor(n / 2);
            bit <<= 1n;
        }
        return out;
    }
    // BE: Big Endian, LE: Little Endian
    function bytesToNumberBE(bytes) {
        return hexToNumber(bytesToHex(bytes));
    }
    function bytesToNumberLE(bytes) {
        return hexToNumber(bytesToHex(copyBytes(abytes(bytes)).reverse()));
    }
    function numberToBytesBE(n, len) {
        anumber(len);
        n = abignumer(n);
        const res = hexToBytes(n.toString(16).padStart(len * 2, "0"));
        if (res.length !== len)
            throw new Error("number too large");
        return res;
    }
    function numberToBytesLE(n, len) {
        return numberToBytesBE(n, len).reverse();
    }
    /**
     * Copies Uint8Array. We can't use u8a.slice(), because u8a can be Buffer,
     * and Buffer#slice creates mutable copy. Never use Buffers!
     */
    function copyBytes(bytes) {
        return Uint8Array.from(bytes);
    }
    /** Copies several Uint8Arrays into one. */
    function concatBytes(...arrays) {
        let sum = 0;
        for (let i = 0; i < arrays.length; i++) {
            const a = arrays[i];
            abytes(a);
            sum += a.length;
        }
        const res = new Uint8Array(sum);
        for (let i = 0, pad = 0; i < arrays.length; i++) {
            const a = arrays[i];
            res.set(a, pad);
            pad += a.length;
        }
        return res;
    }
    /**
     * Decodes 7-bit ASCII string to Uint8Array, throws on non-ascii symbols
     * Should be safe to use for things expected to be ASCII.
     * Returns exact same result as utf8ToBytes for ASCII or throws.
     */
    function asciiToBytes(ascii) {
        return Uint8Array.from(ascii, (c, i) => {
            const charCode = c.charCodeAt(0);
            if (c.length !== 1 || charCode > 127) {
                throw new Error(`string contains non-ASCII character "${ascii[i]}" with code ${charCode} at position ${i}`);
            }
            return charCode;
        });
    }
    // Is positive bigint
    function isPosBig(n) {
        return typeof n === "bigint" && consts_js_1.N_0 <= n;
    }
    function inRange(n, min, max) {
        return isPosBig(n) && isPosBig(min) && isPosBig(max) && min <= n && n < max;
    }
    /**
     * Asserts min <= n < max. NOTE: It's < max and not <= max.
     * @example
     * aInRange('x', x, 1n, 256n); // would assume x is in (1n..255n)
     */
    function aInRange(title, n, min, max) {
        // Why min <= n < max and not a (min < n < max) OR b (min <= n <= max)?
        // consider P=256n, min=0n, max=P
        // - a for min=0 would require -1:          `inRange('x', x, -1n, P)`
        // - b would commonly require subtraction:  `inRange('x', x, 0n, P - 1n)`
        // - our way is the cleanest:               `inRange('x', x, 0n, P)
        if (!inRange(n, min, max)) {
            throw new Error("expected valid " + title + ": " + min + " <= n < " + max + ", got " + n);
        }
    }
    function validateObject(object, fields = {}, optFields = {}) {
        if (!object || typeof object !== "object") {
            throw new Error("expected valid options object");
        }
        function checkField(fieldName, expectedType, isOpt) {
            const val = object[fieldName];
            if (isOpt && val === undefined)
                return;
            const current = typeof val;
            if (current !== expectedType || val === null) {
                throw new Error(`param "${fieldName}" is invalid: expected ${expectedType}, got ${current}`);
            }
        }
        const iter = (f, isOpt) => Object.entries(f).forEach(([k, v]) => checkField(k, v, isOpt));
        iter(fields, false);
        iter(optFields, true);
    }
    // createHasher function is now exported above with ahash
    // /** Cryptographically secure PRNG. Uses internal OS-level `crypto.getRandomValues`. */
    // export function randomBytes(bytesLength = 32): Uint8Array {
    //   const cr = typeof globalThis != null && (globalThis as any).crypto;
    //   if (!cr || typeof cr.getRandomValues !== "function") {
    //     throw new Error("crypto.getRandomValues must be defined");
    //   }
    //   return cr.getRandomValues(new Uint8Array(bytesLength));
    // }
    /** Cryptographically secure PRNG. Uses internal OS-level `crypto.getRandomValues`. */
    async function randomBytesAsync(bytesLength = 32) {
        const api = await (0, misc_js_1.loadCrypto)();
        const rnd = new Uint8Array(bytesLength);
        api.getRandomValues(rnd);
        return rnd;
    }
    // 06 09 60 86 48 01 65 03 04 02
    function oidNist(suffix) {
        return {
            oid: Uint8Array.from([
                0x06,
                0x09,
                0x60,
                0x86,
                0x48,
                0x01,
                0x65,
                0x03,
                0x04,
                0x02,
                suffix,
            ]),
        };
    }
});
part("common/src/xCryptoKey.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.XCryptoKey = void 0;
    class XCryptoKey {
        constructor(name, key, type, usages = []) {
            Object.defineProperty(this, "key", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "type", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "extractable", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: true
            });
            Object.defineProperty(this, "algorithm", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "usages", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            this.key = key;
            this.type = type;
            this.algorithm = { name: name };
            this.usages = usages;
            if (type === "public") {
                this.usages = [];
            }
        }
    }
    exports.XCryptoKey = XCryptoKey;
});
part("core/mod.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./src/aeads/aesGcm.js", "./src/aeads/exportOnly.js", "./src/native.js", "./src/kems/dhkemX25519.js", "./src/kems/dhkemX448.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.DhkemX448HkdfSha512 = exports.DhkemX25519HkdfSha256 = exports.HkdfSha512 = exports.HkdfSha384 = exports.HkdfSha256 = exports.DhkemP521HkdfSha512 = exports.DhkemP384HkdfSha384 = exports.DhkemP256HkdfSha256 = exports.CipherSuite = exports.ExportOnly = exports.Aes256Gcm = exports.Aes128Gcm = exports.ValidationError = exports.SerializeError = exports.SealError = exports.OpenError = exports.NotSupportedError = exports.MessageLimitReachedError = exports.KemId = exports.KdfId = exports.InvalidParamError = exports.HpkeError = exports.ExportError = exports.EncapError = exports.DeserializeError = exports.DeriveKeyPairError = exports.DecapError = exports.AeadId = void 0;
    var common_1 = require("@hpke/common");
    Object.defineProperty(exports, "AeadId", { enumerable: true, get: function () { return common_1.AeadId; } });
    Object.defineProperty(exports, "DecapError", { enumerable: true, get: function () { return common_1.DecapError; } });
    Object.defineProperty(exports, "DeriveKeyPairError", { enumerable: true, get: function () { return common_1.DeriveKeyPairError; } });
    Object.defineProperty(exports, "DeserializeError", { enumerable: true, get: function () { return common_1.DeserializeError; } });
    Object.defineProperty(exports, "EncapError", { enumerable: true, get: function () { return common_1.EncapError; } });
    Object.defineProperty(exports, "ExportError", { enumerable: true, get: function () { return common_1.ExportError; } });
    Object.defineProperty(exports, "HpkeError", { enumerable: true, get: function () { return common_1.HpkeError; } });
    Object.defineProperty(exports, "InvalidParamError", { enumerable: true, get: function () { return common_1.InvalidParamError; } });
    Object.defineProperty(exports, "KdfId", { enumerable: true, get: function () { return common_1.KdfId; } });
    Object.defineProperty(exports, "KemId", { enumerable: true, get: function () { return common_1.KemId; } });
    Object.defineProperty(exports, "MessageLimitReachedError", { enumerable: true, get: function () { return common_1.MessageLimitReachedError; } });
    Object.defineProperty(exports, "NotSupportedError", { enumerable: true, get: function () { return common_1.NotSupportedError; } });
    Object.defineProperty(exports, "OpenError", { enumerable: true, get: function () { return common_1.OpenError; } });
    Object.defineProperty(exports, "SealError", { enumerable: true, get: function () { return common_1.SealError; } });
    Object.defineProperty(exports, "SerializeError", { enumerable: true, get: function () { return common_1.SerializeError; } });
    Object.defineProperty(exports, "ValidationError", { enumerable: true, get: function () { return common_1.ValidationError; } });
    var aesGcm_js_1 = require("./src/aeads/aesGcm.js");
    Object.defineProperty(exports, "Aes128Gcm", { enumerable: true, get: function () { return aesGcm_js_1.Aes128Gcm; } });
    Object.defineProperty(exports, "Aes256Gcm", { enumerable: true, get: function () { return aesGcm_js_1.Aes256Gcm; } });
    var exportOnly_js_1 = require("./src/aeads/exportOnly.js");
    Object.defineProperty(exports, "ExportOnly", { enumerable: true, get: function () { return exportOnly_js_1.ExportOnly; } });
    var native_js_1 = require("./src/native.js");
    Object.defineProperty(exports, "CipherSuite", { enumerable: true, get: function () { return native_js_1.CipherSuite; } });
    Object.defineProperty(exports, "DhkemP256HkdfSha256", { enumerable: true, get: function () { return native_js_1.DhkemP256HkdfSha256; } });
    Object.defineProperty(exports, "DhkemP384HkdfSha384", { enumerable: true, get: function () { return native_js_1.DhkemP384HkdfSha384; } });
    Object.defineProperty(exports, "DhkemP521HkdfSha512", { enumerable: true, get: function () { return native_js_1.DhkemP521HkdfSha512; } });
    Object.defineProperty(exports, "HkdfSha256", { enumerable: true, get: function () { return native_js_1.HkdfSha256; } });
    Object.defineProperty(exports, "HkdfSha384", { enumerable: true, get: function () { return native_js_1.HkdfSha384; } });
    Object.defineProperty(exports, "HkdfSha512", { enumerable: true, get: function () { return native_js_1.HkdfSha512; } });
    var dhkemX25519_js_1 = require("./src/kems/dhkemX25519.js");
    Object.defineProperty(exports, "DhkemX25519HkdfSha256", { enumerable: true, get: function () { return dhkemX25519_js_1.DhkemX25519HkdfSha256; } });
    var dhkemX448_js_1 = require("./src/kems/dhkemX448.js");
    Object.defineProperty(exports, "DhkemX448HkdfSha512", { enumerable: true, get: function () { return dhkemX448_js_1.DhkemX448HkdfSha512; } });
});
part("core/src/aeads/aesGcm.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.Aes256Gcm = exports.Aes128Gcm = exports.AesGcmContext = void 0;
    const common_1 = require("@hpke/common");
    class AesGcmContext extends common_1.NativeAlgorithm {
        constructor(key) {
            super();
            Object.defineProperty(this, "_rawKey", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_key", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: undefined
            });
            this._rawKey = (0, common_1.toArrayBuffer)(key);
        }
        async seal(iv, data, aad) {
            await this._setupKey();
            const alg = {
                name: "AES-GCM",
                iv: (0, common_1.toArrayBuffer)(iv),
                additionalData: (0, common_1.toArrayBuffer)(aad),
            };
            const ct = await this._api.encrypt(alg, this._key, (0, common_1.toArrayBuffer)(data));
            return ct;
        }
        async open(iv, data, aad) {
            await this._setupKey();
            const alg = {
                name: "AES-GCM",
                iv: (0, common_1.toArrayBuffer)(iv),
                additionalData: (0, common_1.toArrayBuffer)(aad),
            };
            const pt = await this._api.decrypt(alg, this._key, (0, common_1.toArrayBuffer)(data));
            return pt;
        }
        async _setupKey() {
            if (this._key !== undefined) {
                return;
            }
            await this._setup();
            const key = await this._importKey(this._rawKey);
            (new Uint8Array(this._rawKey)).fill(0);
            this._key = key;
            return;
        }
        async _importKey(key) {
            return await this._api.importKey("raw", key, { name: "AES-GCM" }, true, common_1.AEAD_USAGES);
        }
    }
    exports.AesGcmContext = AesGcmContext;
    /**
     * The AES-128-GCM for HPKE AEAD implementing {@link AeadInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `aead` parameter of {@link CipherSuiteParams} instead of `AeadId.Aes128Gcm`.
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   CipherSuite,
     *   DhkemP256HkdfSha256,
     *   HkdfSha256,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class Aes128Gcm {
        constructor() {
            /** AeadId.Aes128Gcm (0x0001) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.AeadId.Aes128Gcm
            });
            /** 16 */
            Object.defineProperty(this, "keySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 16
            });
            /** 12 */
            Object.defineProperty(this, "nonceSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 12
            });
            /** 16 */
            Object.defineProperty(this, "tagSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 16
            });
        }
        createEncryptionContext(key) {
            return new AesGcmContext(key);
        }
    }
    exports.Aes128Gcm = Aes128Gcm;
    /**
     * The AES-256-GCM for HPKE AEAD implementing {@link AeadInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `aead` parameter of {@link CipherSuiteParams} instead of `AeadId.Aes256Gcm`
     * as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes256Gcm,
     *   CipherSuite,
     *   DhkemP256HkdfSha256,
     *   HkdfSha256,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes256Gcm(),
     * });
     * ```
     */
    class Aes256Gcm extends Aes128Gcm {
        constructor() {
            super(...arguments);
            /** AeadId.Aes256Gcm (0x0002) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.AeadId.Aes256Gcm
            });
            /** 32 */
            Object.defineProperty(this, "keySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
            /** 12 */
            Object.defineProperty(this, "nonceSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 12
            });
            /** 16 */
            Object.defineProperty(this, "tagSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 16
            });
        }
    }
    exports.Aes256Gcm = Aes256Gcm;
});
part("core/src/aeads/exportOnly.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.ExportOnly = void 0;
    const common_1 = require("@hpke/common");
    /**
     * The ExportOnly mode for HPKE AEAD implementing {@link AeadInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `aead` parameter of {@link CipherSuiteParams} instead of `AeadId.ExportOnly`
     * as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   CipherSuite,
     *   DhkemP256HkdfSha256,
     *   ExportOnly,
     *   HkdfSha256,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new ExportOnly(),
     * });
     * ```
     */
    class ExportOnly {
        constructor() {
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.AeadId.ExportOnly
            });
            Object.defineProperty(this, "keySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "nonceSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
            Object.defineProperty(this, "tagSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 0
            });
        }
        createEncryptionContext(_key) {
            throw new common_1.NotSupportedError("Export only");
        }
    }
    exports.ExportOnly = ExportOnly;
});
part("core/src/cipherSuiteNative.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./exporterContext.js", "./recipientContext.js", "./senderContext.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.CipherSuiteNative = void 0;
    const common_1 = require("@hpke/common");
    const exporterContext_js_1 = require("./exporterContext.js");
    const recipientContext_js_1 = require("./recipientContext.js");
    const senderContext_js_1 = require("./senderContext.js");
    // b"base_nonce"
    // deno-fmt-ignore
    const LABEL_BASE_NONCE = new Uint8Array([
        98, 97, 115, 101, 95, 110, 111, 110, 99, 101,
    ]);
    // b"exp"
    const LABEL_EXP = new Uint8Array([101, 120, 112]);
    // b"info_hash"
    // deno-fmt-ignore
    const LABEL_INFO_HASH = new Uint8Array([
        105, 110, 102, 111, 95, 104, 97, 115, 104,
    ]);
    // b"key"
    const LABEL_KEY = new Uint8Array([107, 101, 121]);
    // b"psk_id_hash"
    // deno-fmt-ignore
    const LABEL_PSK_ID_HASH = new Uint8Array([
        112, 115, 107, 95, 105, 100, 95, 104, 97, 115, 104,
    ]);
    // b"secret"
    const LABEL_SECRET = new Uint8Array([115, 101, 99, 114, 101, 116]);
    // b"HPKE"
    // deno-fmt-ignore
    const SUITE_ID_HEADER_HPKE = new Uint8Array([
        72, 80, 75, 69, 0, 0, 0, 0, 0, 0,
    ]);
    /**
     * The Hybrid Public Key Encryption (HPKE) ciphersuite,
     * which is implemented using only
     * {@link https://www.w3.org/TR/WebCryptoAPI/ | Web Cryptography API}.
     *
     * This is the super class of {@link CipherSuite} and the same as
     * {@link https://jsr.io/@hpke/core/doc/~/CipherSuite | @hpke/core#CipherSuite} as follows:
     * which supports only the ciphersuites that can be implemented on the native
     * {@link https://www.w3.org/TR/WebCryptoAPI/ | Web Cryptography API}.
     * Therefore, the following cryptographic algorithms are not supported for now:
     *   - DHKEM(X25519, HKDF-SHA256)
     *   - DHKEM(X448, HKDF-SHA512)
     *   - ChaCha20Poly1305
     *
     * In addtion, the HKDF functions contained in this class can only derive
     * keys of the same length as the `hashSize`.
     *
     * If you want to use the unsupported cryptographic algorithms
     * above or derive keys longer than the `hashSize`,
     * please use {@link CipherSuite}.
     *
     * This class provides following functions:
     *
     * - Creates encryption contexts both for senders and recipients.
     *   - {@link createSenderContext}
     *   - {@link createRecipientContext}
     * - Provides single-shot encryption API.
     *   - {@link seal}
     *   - {@link open}
     *
     * The calling of the constructor of this class is the starting
     * point for HPKE operations for both senders and recipients.
     *
     * @example Use only ciphersuites supported by Web Cryptography API.
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   DhkemP256HkdfSha256,
     *   HkdfSha256,
     *   CipherSuite,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     *
     * @example Use a ciphersuite which is currently not supported by Web Cryptography API.
     *
     * ```ts
     * import { Aes128Gcm, HkdfSha256, CipherSuite } from "@hpke/core";
     * // Use an extension module.
     * import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemX25519HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class CipherSuiteNative extends common_1.NativeAlgorithm {
        /**
         * @param params A set of parameters for building a cipher suite.
         *
         * If the error occurred, throws {@link InvalidParamError}.
         *
         * @throws {@link InvalidParamError}
         */
        constructor(params) {
            super();
            Object.defineProperty(this, "_kem", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_kdf", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_aead", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_suiteId", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            // KEM
            if (typeof params.kem === "number") {
                throw new common_1.InvalidParamError("KemId cannot be used");
            }
            this._kem = params.kem;
            // KDF
            if (typeof params.kdf === "number") {
                throw new common_1.InvalidParamError("KdfId cannot be used");
            }
            this._kdf = params.kdf;
            // AEAD
            if (typeof params.aead === "number") {
                throw new common_1.InvalidParamError("AeadId cannot be used");
            }
            this._aead = params.aead;
            this._suiteId = new Uint8Array(SUITE_ID_HEADER_HPKE);
            this._suiteId.set((0, common_1.i2Osp)(this._kem.id, 2), 4);
            this._suiteId.set((0, common_1.i2Osp)(this._kdf.id, 2), 6);
            this._suiteId.set((0, common_1.i2Osp)(this._aead.id, 2), 8);
            this._kdf.init(this._suiteId);
        }
        /**
         * Gets the KEM context of the ciphersuite.
         */
        get kem() {
            return this._kem;
        }
        /**
         * Gets the KDF context of the ciphersuite.
         */
        get kdf() {
            return this._kdf;
        }
        /**
         * Gets the AEAD context of the ciphersuite.
         */
        get aead() {
            return this._aead;
        }
        /**
         * Creates an encryption context for a sender.
         *
         * If the error occurred, throws {@link DecapError} | {@link ValidationError}.
         *
         * @param params A set of parameters for the sender encryption context.
         * @returns A sender encryption context.
         * @throws {@link EncapError}, {@link ValidationError}
         */
        async createSenderContext(params) {
            this._validateInputLength(params);
            await this._setup();
            const dh = await this._kem.encap(params);
            let mode;
            if (params.psk !== undefined) {
                mode = params.senderKey !== undefined ? common_1.Mode.AuthPsk : common_1.Mode.Psk;
            }
            else {
                mode = params.senderKey !== undefined ? common_1.Mode.Auth : common_1.Mode.Base;
            }
            return await this._keyScheduleS(mode, dh.sharedSecret, dh.enc, params);
        }
        /**
         * Creates an encryption context for a recipient.
         *
         * If the error occurred, throws {@link DecapError}
         * | {@link DeserializeError} | {@link ValidationError}.
         *
         * @param params A set of parameters for the recipient encryption context.
         * @returns A recipient encryption context.
         * @throws {@link DecapError}, {@link DeserializeError}, {@link ValidationError}
         */
        async createRecipientContext(params) {
            this._validateInputLength(params);
            await this._setup();
            const sharedSecret = await this._kem.decap(params);
            let mode;
            if (params.psk !== undefined) {
                mode = params.senderPublicKey !== undefined ? common_1.Mode.AuthPsk : common_1.Mode.Psk;
            }
            else {
                mode = params.senderPublicKey !== undefined ? common_1.Mode.Auth : common_1.Mode.Base;
            }
            return await this._keyScheduleR(mode, sharedSecret, params);
        }
        /**
         * Encrypts a message to a recipient.
         *
         * If the error occurred, throws `EncapError` | `MessageLimitReachedError` | `SealError` | `ValidationError`.
         *
         * @param params A set of parameters for building a sender encryption context.
         * @param pt A plain text as bytes to be encrypted.
         * @param aad Additional authenticated data as bytes fed by an application.
         * @returns A cipher text and an encapsulated key as bytes.
         * @throws {@link EncapError}, {@link MessageLimitReachedError}, {@link SealError}, {@link ValidationError}
         */
        async seal(params, pt, aad = common_1.EMPTY.buffer) {
            const ctx = await this.createSenderContext(params);
            return {
                ct: await ctx.seal(pt, aad),
                enc: ctx.enc,
            };
        }
        /**
         * Decrypts a message from a sender.
         *
         * If the error occurred, throws `DecapError` | `DeserializeError` | `OpenError` | `ValidationError`.
         *
         * @param params A set of parameters for building a recipient encryption context.
         * @param ct An encrypted text as bytes to be decrypted.
         * @param aad Additional authenticated data as bytes fed by an application.
         * @returns A decrypted plain text as bytes.
         * @throws {@link DecapError}, {@link DeserializeError}, {@link OpenError}, {@link ValidationError}
         */
        async open(params, ct, aad = common_1.EMPTY.buffer) {
            const ctx = await this.createRecipientContext(params);
            return await ctx.open(ct, aad);
        }
        // private verifyPskInputs(mode: Mode, params: KeyScheduleParams) {
        //   const gotPsk = (params.psk !== undefined);
        //   const gotPskId = (params.psk !== undefined && params.psk.id.byteLength > 0);
        //   if (gotPsk !== gotPskId) {
        //     throw new Error('Inconsistent PSK inputs');
        //   }
        //   if (gotPsk && (mode === Mode.Base || mode === Mode.Auth)) {
        //     throw new Error('PSK input provided when not needed');
        //   }
        //   if (!gotPsk && (mode === Mode.Psk || mode === Mode.AuthPsk)) {
        //     throw new Error('Missing required PSK input');
        //   }
        //   return;
        // }
        async _keySchedule(mode, sharedSecret, params) {
            // Currently, there is no point in executing this function
            // because this hpke library does not allow users to explicitly specify the mode.
            //
            // this.verifyPskInputs(mode, params);
            const pskId = params.psk === undefined
                ? common_1.EMPTY
                : (0, common_1.toUint8Array)(params.psk.id);
            const pskIdHash = await this._kdf.labeledExtract(common_1.EMPTY, LABEL_PSK_ID_HASH, pskId);
            const info = params.info === undefined ? common_1.EMPTY : (0, common_1.toUint8Array)(params.info);
            const infoHash = await this._kdf.labeledExtract(common_1.EMPTY, LABEL_INFO_HASH, info);
            const keyScheduleContext = new Uint8Array(1 + pskIdHash.byteLength + infoHash.byteLength);
            keyScheduleContext.set(new Uint8Array([mode]), 0);
            keyScheduleContext.set(new Uint8Array(pskIdHash), 1);
            keyScheduleContext.set(new Uint8Array(infoHash), 1 + pskIdHash.byteLength);
            const psk = params.psk === undefined ? common_1.EMPTY : (0, common_1.toUint8Array)(params.psk.key);
            const ikm = this._kdf.buildLabeledIkm(LABEL_SECRET, psk);
            const exporterSecretInfo = this._kdf.buildLabeledInfo(LABEL_EXP, keyScheduleContext, this._kdf.hashSize);
            const exporterSecret = await this._kdf.extractAndExpand(sharedSecret, ikm, exporterSecretInfo, this._kdf.hashSize);
            if (this._aead.id === common_1.AeadId.ExportOnly) {
                return { aead: this._aead, exporterSecret: exporterSecret };
            }
            const keyInfo = this._kdf.buildLabeledInfo(LABEL_KEY, keyScheduleContext, this._aead.keySize);
            const key = await this._kdf.extractAndExpand(sharedSecret, ikm, keyInfo, this._aead.keySize);
            const baseNonceInfo = this._kdf.buildLabeledInfo(LABEL_BASE_NONCE, keyScheduleContext, this._aead.nonceSize);
            const baseNonce = await this._kdf.extractAndExpand(sharedSecret, ikm, baseNonceInfo, this._aead.nonceSize);
            return {
                aead: this._aead,
                exporterSecret: exporterSecret,
                key: key,
                baseNonce: new Uint8Array(baseNonce),
                seq: 0,
            };
        }
        async _keyScheduleS(mode, sharedSecret, enc, params) {
            const res = await this._keySchedule(mode, sharedSecret, params);
            if (res.key === undefined) {
                return new exporterContext_js_1.SenderExporterContextImpl(this._api, this._kdf, res.exporterSecret, enc);
            }
            return new senderContext_js_1.SenderContextImpl(this._api, this._kdf, res, enc);
        }
        async _keyScheduleR(mode, sharedSecret, params) {
            const res = await this._keySchedule(mode, sharedSecret, params);
            if (res.key === undefined) {
                return new exporterContext_js_1.RecipientExporterContextImpl(this._api, this._kdf, res.exporterSecret);
            }
            return new recipientContext_js_1.RecipientContextImpl(this._api, this._kdf, res);
        }
        _validateInputLength(params) {
            if (params.info !== undefined &&
                params.info.byteLength > common_1.INFO_LENGTH_LIMIT) {
                throw new common_1.InvalidParamError("Too long info");
            }
            if (params.psk !== undefined) {
                if (params.psk.key.byteLength < common_1.MINIMUM_PSK_LENGTH) {
                    throw new common_1.InvalidParamError(`PSK must have at least ${common_1.MINIMUM_PSK_LENGTH} bytes`);
                }
                if (params.psk.key.byteLength > common_1.INPUT_LENGTH_LIMIT) {
                    throw new common_1.InvalidParamError("Too long psk.key");
                }
                if (params.psk.id.byteLength > common_1.INPUT_LENGTH_LIMIT) {
                    throw new common_1.InvalidParamError("Too long psk.id");
                }
            }
            return;
        }
    }
    exports.CipherSuiteNative = CipherSuiteNative;
});
part("core/src/encryptionContext.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./exporterContext.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.EncryptionContextImpl = void 0;
    const common_1 = require("@hpke/common");
    const exporterContext_js_1 = require("./exporterContext.js");
    class EncryptionContextImpl extends exporterContext_js_1.ExporterContextImpl {
        constructor(api, kdf, params) {
            super(api, kdf, params.exporterSecret);
            // AEAD id.
            Object.defineProperty(this, "_aead", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            // The length in bytes of a key for the algorithm.
            Object.defineProperty(this, "_nK", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            // The length in bytes of a nonce for the algorithm.
            Object.defineProperty(this, "_nN", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            // The length in bytes of an authentication tag for the algorithm.
            Object.defineProperty(this, "_nT", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            // The end-to-end encryption key information.
            Object.defineProperty(this, "_ctx", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            if (params.key === undefined || params.baseNonce === undefined ||
                params.seq === undefined) {
                throw new Error("Required parameters are missing");
            }
            this._aead = params.aead;
            this._nK = this._aead.keySize;
            this._nN = this._aead.nonceSize;
            this._nT = this._aead.tagSize;
            const key = this._aead.createEncryptionContext(params.key);
            this._ctx = {
                key: key,
                baseNonce: params.baseNonce,
                seq: params.seq,
            };
        }
        computeNonce(k) {
            const seqBytes = (0, common_1.i2Osp)(k.seq, k.baseNonce.byteLength);
            return (0, common_1.xor)(k.baseNonce, seqBytes).buffer;
        }
        incrementSeq(k) {
            // if (this.seq >= (1 << (8 * this.baseNonce.byteLength)) - 1) {
            if (k.seq > Number.MAX_SAFE_INTEGER) {
                throw new common_1.MessageLimitReachedError("Message limit reached");
            }
            k.seq += 1;
            return;
        }
    }
    exports.EncryptionContextImpl = EncryptionContextImpl;
});
part("core/src/exporterContext.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./utils/emitNotSupported.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.SenderExporterContextImpl = exports.RecipientExporterContextImpl = exports.ExporterContextImpl = void 0;
    const common_1 = require("@hpke/common");
    const emitNotSupported_js_1 = require("./utils/emitNotSupported.js");
    // b"sec"
    const LABEL_SEC = new Uint8Array([115, 101, 99]);
    class ExporterContextImpl {
        constructor(api, kdf, exporterSecret) {
            Object.defineProperty(this, "_api", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "exporterSecret", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_kdf", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            this._api = api;
            this._kdf = kdf;
            this.exporterSecret = exporterSecret;
        }
        async seal(_data, _aad) {
            return await (0, emitNotSupported_js_1.emitNotSupported)();
        }
        async open(_data, _aad) {
            return await (0, emitNotSupported_js_1.emitNotSupported)();
        }
        async export(exporterContext, len) {
            const rawExporterContext = (0, common_1.toArrayBuffer)(exporterContext);
            if (rawExporterContext.byteLength > common_1.INPUT_LENGTH_LIMIT) {
                throw new common_1.InvalidParamError("Too long exporter context");
            }
            try {
                return await this._kdf.labeledExpand(this.exporterSecret, LABEL_SEC, new Uint8Array(rawExporterContext), len);
            }
            catch (e) {
                throw new common_1.ExportError(e);
            }
        }
    }
    exports.ExporterContextImpl = ExporterContextImpl;
    class RecipientExporterContextImpl extends ExporterContextImpl {
    }
    exports.RecipientExporterContextImpl = RecipientExporterContextImpl;
    class SenderExporterContextImpl extends ExporterContextImpl {
        constructor(api, kdf, exporterSecret, enc) {
            super(api, kdf, exporterSecret);
            Object.defineProperty(this, "enc", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            this.enc = enc;
            return;
        }
    }
    exports.SenderExporterContextImpl = SenderExporterContextImpl;
});
part("core/src/kems/dhkemNative.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.DhkemP521HkdfSha512Native = exports.DhkemP384HkdfSha384Native = exports.DhkemP256HkdfSha256Native = void 0;
    const common_1 = require("@hpke/common");
    class DhkemP256HkdfSha256Native extends common_1.Dhkem {
        constructor() {
            const kdf = new common_1.HkdfSha256Native();
            const prim = new common_1.Ec(common_1.KemId.DhkemP256HkdfSha256, kdf);
            super(common_1.KemId.DhkemP256HkdfSha256, prim, kdf);
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.KemId.DhkemP256HkdfSha256
            });
            Object.defineProperty(this, "secretSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
            Object.defineProperty(this, "encSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 65
            });
            Object.defineProperty(this, "publicKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 65
            });
            Object.defineProperty(this, "privateKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
        }
    }
    exports.DhkemP256HkdfSha256Native = DhkemP256HkdfSha256Native;
    class DhkemP384HkdfSha384Native extends common_1.Dhkem {
        constructor() {
            const kdf = new common_1.HkdfSha384Native();
            const prim = new common_1.Ec(common_1.KemId.DhkemP384HkdfSha384, kdf);
            super(common_1.KemId.DhkemP384HkdfSha384, prim, kdf);
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.KemId.DhkemP384HkdfSha384
            });
            Object.defineProperty(this, "secretSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 48
            });
            Object.defineProperty(this, "encSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 97
            });
            Object.defineProperty(this, "publicKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 97
            });
            Object.defineProperty(this, "privateKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 48
            });
        }
    }
    exports.DhkemP384HkdfSha384Native = DhkemP384HkdfSha384Native;
    class DhkemP521HkdfSha512Native extends common_1.Dhkem {
        constructor() {
            const kdf = new common_1.HkdfSha512Native();
            const prim = new common_1.Ec(common_1.KemId.DhkemP521HkdfSha512, kdf);
            super(common_1.KemId.DhkemP521HkdfSha512, prim, kdf);
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.KemId.DhkemP521HkdfSha512
            });
            Object.defineProperty(this, "secretSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 64
            });
            Object.defineProperty(this, "encSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 133
            });
            Object.defineProperty(this, "publicKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 133
            });
            Object.defineProperty(this, "privateKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 64
            });
        }
    }
    exports.DhkemP521HkdfSha512Native = DhkemP521HkdfSha512Native;
});
part("core/src/kems/dhkemPrimitives/x25519.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.X25519 = void 0;
    const common_1 = require("@hpke/common");
    const ALG_NAME = "X25519";
    // deno-fmt-ignore
    const PKCS8_ALG_ID_X25519 = new Uint8Array([
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
        0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
    ]);
    const BASE_POINT_X25519 = /* @__PURE__ */ (() => {
        const p = new Uint8Array(32);
        p[0] = 9;
        return p;
    })();
    class X25519 extends common_1.NativeAlgorithm {
        constructor(hkdf) {
            super();
            Object.defineProperty(this, "_hkdf", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_alg", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_nPk", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_nSk", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_nDh", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_pkcs8AlgId", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            this._alg = { name: ALG_NAME };
            this._hkdf = hkdf;
            this._nPk = 32;
            this._nSk = 32;
            this._nDh = 32;
            this._pkcs8AlgId = PKCS8_ALG_ID_X25519;
        }
        async serializePublicKey(key) {
            await this._setup();
            try {
                return await this._api.exportKey("raw", key);
            }
            catch (e) {
                throw new common_1.SerializeError(e);
            }
        }
        async deserializePublicKey(key) {
            await this._setup();
            try {
                return await this._importRawKey((0, common_1.toArrayBuffer)(key), true);
            }
            catch (e) {
                throw new common_1.DeserializeError(e);
            }
        }
        async serializePrivateKey(key) {
            await this._setup();
            try {
                const jwk = await this._api.exportKey("jwk", key);
                if (!("d" in jwk)) {
                    throw new Error("Not private key");
                }
                return (0, common_1.base64UrlToBytes)(jwk["d"]).buffer;
            }
            catch (e) {
                throw new common_1.SerializeError(e);
            }
        }
        async deserializePrivateKey(key) {
            await this._setup();
            try {
                return await this._importRawKey((0, common_1.toArrayBuffer)(key), false);
            }
            catch (e) {
                throw new common_1.DeserializeError(e);
            }
        }
        async importKey(format, key, isPublic) {
            await this._setup();
            try {
                if (format === "raw") {
                    return await this._importRawKey(key, isPublic);
                }
                // jwk
                if (key instanceof ArrayBuffer) {
                    throw new Error("Invalid jwk key format");
                }
                return await this._importJWK(key, isPublic);
            }
            catch (e) {
                throw new common_1.DeserializeError(e);
            }
        }
        async generateKeyPair() {
            await this._setup();
            try {
                return await this._api.generateKey(ALG_NAME, true, common_1.KEM_USAGES);
            }
            catch (e) {
                throw new common_1.NotSupportedError(e);
            }
        }
        async deriveKeyPair(ikm) {
            await this._setup();
            try {
                const rawIkm = (0, common_1.toArrayBuffer)(ikm);
                const dkpPrk = await this._hkdf.labeledExtract(common_1.EMPTY, common_1.LABEL_DKP_PRK, new Uint8Array(rawIkm));
                const rawSk = await this._hkdf.labeledExpand(dkpPrk, common_1.LABEL_SK, common_1.EMPTY, this._nSk);
                const rawSkBytes = new Uint8Array(rawSk);
                const sk = await this._deserializePkcs8Key(rawSkBytes);
                rawSkBytes.fill(0);
                return {
                    privateKey: sk,
                    publicKey: await this.derivePublicKey(sk),
                };
            }
            catch (e) {
                throw new common_1.DeriveKeyPairError(e);
            }
        }
        async derivePublicKey(key) {
            await this._setup();
            try {
                const jwk = await this._api.exportKey("jwk", key);
                delete jwk["d"];
                delete jwk["key_ops"];
                return await this._api.importKey("jwk", jwk, this._alg, true, []);
            }
            catch {
                try {
                    // Firefox fails to export JWK from some imported X25519 private keys.
                    const bp = await this._api.importKey("raw", BASE_POINT_X25519.buffer, this._alg, true, []);
                    const bits = await this._api.deriveBits({
                        name: ALG_NAME,
                        public: bp,
                    }, key, this._nPk * 8);
                    return await this._api.importKey("raw", bits, this._alg, true, []);
                }
                catch (e) {
                    throw new common_1.DeserializeError(e);
                }
            }
        }
        async dh(sk, pk) {
            await this._setup();
            try {
                const bits = await this._api.deriveBits({
                    name: ALG_NAME,
                    public: pk,
                }, sk, this._nDh * 8);
                return bits;
            }
            catch (e) {
                throw new common_1.SerializeError(e);
            }
        }
        async _importRawKey(key, isPublic) {
            if (isPublic && key.byteLength !== this._nPk) {
                throw new Error("Invalid public key for the ciphersuite");
            }
            if (!isPublic && key.byteLength !== this._nSk) {
                throw new Error("Invalid private key for the ciphersuite");
            }
            if (isPublic) {
                return await this._api.importKey("raw", key, this._alg, true, []);
            }
            return await this._deserializePkcs8Key(new Uint8Array(key));
        }
        async _importJWK(key, isPublic) {
            if (typeof key.kty === "undefined" || key.kty !== "OKP") {
                throw new Error(`Invalid kty: ${key.crv}`);
            }
            if (typeof key.crv === "undefined" || key.crv !== ALG_NAME) {
                throw new Error(`Invalid crv: ${key.crv}`);
            }
            if (isPublic) {
                if (typeof key.d !== "undefined") {
                    throw new Error("Invalid key: `d` should not be set");
                }
                return await this._api.importKey("jwk", key, this._alg, true, []);
            }
            if (typeof key.d === "undefined") {
                throw new Error("Invalid key: `d` not found");
            }
            return await this._api.importKey("jwk", key, this._alg, true, common_1.KEM_USAGES);
        }
        async _deserializePkcs8Key(k) {
            const pkcs8Key = new Uint8Array(this._pkcs8AlgId.length + k.length);
            pkcs8Key.set(this._pkcs8AlgId, 0);
            pkcs8Key.set(k, this._pkcs8AlgId.length);
            return await this._api.importKey("pkcs8", pkcs8Key, this._alg, true, common_1.KEM_USAGES);
        }
    }
    exports.X25519 = X25519;
});
part("core/src/kems/dhkemPrimitives/x448.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.X448 = void 0;
    const common_1 = require("@hpke/common");
    const ALG_NAME = "X448";
    // deno-fmt-ignore
    const PKCS8_ALG_ID_X448 = new Uint8Array([
        0x30, 0x46, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
        0x03, 0x2b, 0x65, 0x6f, 0x04, 0x3a, 0x04, 0x38,
    ]);
    const BASE_POINT_X448 = /* @__PURE__ */ (() => {
        const p = new Uint8Array(56);
        p[0] = 5;
        return p;
    })();
    class X448 extends common_1.NativeAlgorithm {
        constructor(hkdf) {
            super();
            Object.defineProperty(this, "_hkdf", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_alg", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_nPk", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_nSk", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_nDh", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            Object.defineProperty(this, "_pkcs8AlgId", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            this._alg = { name: ALG_NAME };
            this._hkdf = hkdf;
            this._nPk = 56;
            this._nSk = 56;
            this._nDh = 56;
            this._pkcs8AlgId = PKCS8_ALG_ID_X448;
        }
        async serializePublicKey(key) {
            await this._setup();
            try {
                return await this._api.exportKey("raw", key);
            }
            catch (e) {
                throw new common_1.SerializeError(e);
            }
        }
        async deserializePublicKey(key) {
            await this._setup();
            try {
                return await this._importRawKey((0, common_1.toArrayBuffer)(key), true);
            }
            catch (e) {
                throw new common_1.DeserializeError(e);
            }
        }
        async serializePrivateKey(key) {
            await this._setup();
            try {
                const jwk = await this._api.exportKey("jwk", key);
                if (!("d" in jwk)) {
                    throw new Error("Not private key");
                }
                return (0, common_1.base64UrlToBytes)(jwk["d"]).buffer;
            }
            catch (e) {
                throw new common_1.SerializeError(e);
            }
        }
        async deserializePrivateKey(key) {
            await this._setup();
            try {
                return await this._importRawKey((0, common_1.toArrayBuffer)(key), false);
            }
            catch (e) {
                throw new common_1.DeserializeError(e);
            }
        }
        async importKey(format, key, isPublic) {
            await this._setup();
            try {
                if (format === "raw") {
                    return await this._importRawKey(key, isPublic);
                }
                // jwk
                if (key instanceof ArrayBuffer) {
                    throw new Error("Invalid jwk key format");
                }
                return await this._importJWK(key, isPublic);
            }
            catch (e) {
                throw new common_1.DeserializeError(e);
            }
        }
        async generateKeyPair() {
            await this._setup();
            try {
                return await this._api.generateKey(ALG_NAME, true, common_1.KEM_USAGES);
            }
            catch (e) {
                throw new common_1.NotSupportedError(e);
            }
        }
        async deriveKeyPair(ikm) {
            await this._setup();
            try {
                const rawIkm = (0, common_1.toArrayBuffer)(ikm);
                const dkpPrk = await this._hkdf.labeledExtract(common_1.EMPTY, common_1.LABEL_DKP_PRK, new Uint8Array(rawIkm));
                const rawSk = await this._hkdf.labeledExpand(dkpPrk, common_1.LABEL_SK, common_1.EMPTY, this._nSk);
                const rawSkBytes = new Uint8Array(rawSk);
                const sk = await this._deserializePkcs8Key(rawSkBytes);
                rawSkBytes.fill(0);
                return {
                    privateKey: sk,
                    publicKey: await this.derivePublicKey(sk),
                };
            }
            catch (e) {
                throw new common_1.DeriveKeyPairError(e);
            }
        }
        async derivePublicKey(key) {
            await this._setup();
            try {
                const jwk = await this._api.exportKey("jwk", key);
                delete jwk["d"];
                delete jwk["key_ops"];
                return await this._api.importKey("jwk", jwk, this._alg, true, []);
            }
            catch {
                try {
                    // Some runtimes cannot export JWK from imported X448 private keys.
                    const bp = await this._api.importKey("raw", BASE_POINT_X448.buffer, this._alg, true, []);
                    const bits = await this._api.deriveBits({
                        name: ALG_NAME,
                        public: bp,
                    }, key, this._nPk * 8);
                    return await this._api.importKey("raw", bits, this._alg, true, []);
                }
                catch (e) {
                    throw new common_1.DeserializeError(e);
                }
            }
        }
        async dh(sk, pk) {
            await this._setup();
            try {
                const bits = await this._api.deriveBits({
                    name: ALG_NAME,
                    public: pk,
                }, sk, this._nDh * 8);
                return bits;
            }
            catch (e) {
                throw new common_1.SerializeError(e);
            }
        }
        async _importRawKey(key, isPublic) {
            if (isPublic && key.byteLength !== this._nPk) {
                throw new Error("Invalid public key for the ciphersuite");
            }
            if (!isPublic && key.byteLength !== this._nSk) {
                throw new Error("Invalid private key for the ciphersuite");
            }
            if (isPublic) {
                return await this._api.importKey("raw", key, this._alg, true, []);
            }
            return await this._deserializePkcs8Key(new Uint8Array(key));
        }
        async _importJWK(key, isPublic) {
            if (typeof key.kty === "undefined" || key.kty !== "OKP") {
                throw new Error(`Invalid kty: ${key.crv}`);
            }
            if (typeof key.crv === "undefined" || key.crv !== ALG_NAME) {
                throw new Error(`Invalid crv: ${key.crv}`);
            }
            if (isPublic) {
                if (typeof key.d !== "undefined") {
                    throw new Error("Invalid key: `d` should not be set");
                }
                return await this._api.importKey("jwk", key, this._alg, true, []);
            }
            if (typeof key.d === "undefined") {
                throw new Error("Invalid key: `d` not found");
            }
            return await this._api.importKey("jwk", key, this._alg, true, common_1.KEM_USAGES);
        }
        async _deserializePkcs8Key(k) {
            const pkcs8Key = new Uint8Array(this._pkcs8AlgId.length + k.length);
            pkcs8Key.set(this._pkcs8AlgId, 0);
            pkcs8Key.set(k, this._pkcs8AlgId.length);
            return await this._api.importKey("pkcs8", pkcs8Key, this._alg, true, common_1.KEM_USAGES);
        }
    }
    exports.X448 = X448;
});
part("core/src/kems/dhkemX25519.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./dhkemPrimitives/x25519.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.DhkemX25519HkdfSha256 = void 0;
    const common_1 = require("@hpke/common");
    const x25519_js_1 = require("./dhkemPrimitives/x25519.js");
    /**
     * The DHKEM(X25519, HKDF-SHA256) for HPKE KEM implementing {@link KemInterface}.
     *
     * The instance of this class can be specified to the
     * {@link https://jsr.io/@hpke/core/doc/~/CipherSuiteParams | CipherSuiteParams} as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   CipherSuite,
     *   HkdfSha256,
     *   DhkemX25519HkdfSha256,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemX25519HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class DhkemX25519HkdfSha256 extends common_1.Dhkem {
        constructor() {
            const kdf = new common_1.HkdfSha256Native();
            super(common_1.KemId.DhkemX25519HkdfSha256, new x25519_js_1.X25519(kdf), kdf);
            /** KemId.DhkemX25519HkdfSha256 (0x0020) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.KemId.DhkemX25519HkdfSha256
            });
            /** 32 */
            Object.defineProperty(this, "secretSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
            /** 32 */
            Object.defineProperty(this, "encSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
            /** 32 */
            Object.defineProperty(this, "publicKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
            /** 32 */
            Object.defineProperty(this, "privateKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 32
            });
        }
    }
    exports.DhkemX25519HkdfSha256 = DhkemX25519HkdfSha256;
});
part("core/src/kems/dhkemX448.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./dhkemPrimitives/x448.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.DhkemX448HkdfSha512 = void 0;
    const common_1 = require("@hpke/common");
    const x448_js_1 = require("./dhkemPrimitives/x448.js");
    /**
     * The DHKEM(X448, HKDF-SHA512) for HPKE KEM implementing {@link KemInterface}.
     *
     * The instance of this class can be specified to the
     * {@link https://jsr.io/@hpke/core/doc/~/CipherSuiteParams | CipherSuiteParams} as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes256Gcm,
     *   CipherSuite,
     *   HkdfSha512,
     *   DhkemX448HkdfSha512,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemX448HkdfSha512(),
     *   kdf: new HkdfSha512(),
     *   aead: new Aes256Gcm(),
     * });
     * ```
     */
    class DhkemX448HkdfSha512 extends common_1.Dhkem {
        constructor() {
            const kdf = new common_1.HkdfSha512Native();
            super(common_1.KemId.DhkemX448HkdfSha512, new x448_js_1.X448(kdf), kdf);
            /** KemId.DhkemX448HkdfSha512 (0x0021) */
            Object.defineProperty(this, "id", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: common_1.KemId.DhkemX448HkdfSha512
            });
            /** 64 */
            Object.defineProperty(this, "secretSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 64
            });
            /** 56 */
            Object.defineProperty(this, "encSize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 56
            });
            /** 56 */
            Object.defineProperty(this, "publicKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 56
            });
            /** 56 */
            Object.defineProperty(this, "privateKeySize", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: 56
            });
        }
    }
    exports.DhkemX448HkdfSha512 = DhkemX448HkdfSha512;
});
part("core/src/mutex.js");
var __classPrivateFieldGet = (this && this.__classPrivateFieldGet) || function (receiver, state, kind, f) {
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a getter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
    return kind === "m" ? f : kind === "a" ? f.call(receiver) : f ? f.value : state.get(receiver);
};
var __classPrivateFieldSet = (this && this.__classPrivateFieldSet) || function (receiver, state, value, kind, f) {
    if (kind === "m") throw new TypeError("Private method is not writable");
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a setter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
    return (kind === "a" ? f.call(receiver, value) : f ? f.value = value : state.set(receiver, value)), value;
};
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports"], factory);
    }
})(function (require, exports) {
    "use strict";
    var _Mutex_locked;
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.Mutex = void 0;
    class Mutex {
        constructor() {
            _Mutex_locked.set(this, Promise.resolve());
        }
        async lock() {
            let releaseLock;
            const nextLock = new Promise((resolve) => {
                releaseLock = resolve;
            });
            const previousLock = __classPrivateFieldGet(this, _Mutex_locked, "f");
            __classPrivateFieldSet(this, _Mutex_locked, nextLock, "f");
            await previousLock;
            return releaseLock;
        }
    }
    exports.Mutex = Mutex;
    _Mutex_locked = new WeakMap();
});
part("core/src/native.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./cipherSuiteNative.js", "./kems/dhkemNative.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.HkdfSha512 = exports.HkdfSha384 = exports.HkdfSha256 = exports.DhkemP521HkdfSha512 = exports.DhkemP384HkdfSha384 = exports.DhkemP256HkdfSha256 = exports.CipherSuite = void 0;
    const common_1 = require("@hpke/common");
    const cipherSuiteNative_js_1 = require("./cipherSuiteNative.js");
    const dhkemNative_js_1 = require("./kems/dhkemNative.js");
    /**
     * The Hybrid Public Key Encryption (HPKE) ciphersuite,
     * which is implemented using only
     * {@link https://www.w3.org/TR/WebCryptoAPI/ | Web Cryptography API}.
     *
     * This class is the same as
     * {@link https://jsr.io/@hpke/core/doc/~/CipherSuiteNative | @hpke/core#CipherSuiteNative} as follows:
     * which supports only the ciphersuites that can be implemented on the native
     * {@link https://www.w3.org/TR/WebCryptoAPI/ | Web Cryptography API}.
     * Therefore, the following cryptographic algorithms are not supported for now:
     * - `DHKEM(X448, HKDF-SHA512)`
     * - `ChaCha20Poly1305`
     *
     * In addtion, the HKDF functions contained in this `CipherSuiteNative`
     * class can only derive keys of the same length as the `hashSize`.
     *
     * If you want to use the unsupported cryptographic algorithms
     * above or derive keys longer than the `hashSize`,
     * please use {@link https://jsr.io/@hpke/hpke-js/doc/~/CipherSuite | hpke-js#CipherSuite}.
     *
     * This class provides following functions:
     *
     * - Creates encryption contexts both for senders and recipients.
     *     - {@link createSenderContext}
     *     - {@link createRecipientContext}
     * - Provides single-shot encryption API.
     *     - {@link seal}
     *     - {@link open}
     *
     * The calling of the constructor of this class is the starting
     * point for HPKE operations for both senders and recipients.
     *
     * @example Use only ciphersuites supported by Web Cryptography API.
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   DhkemP256HkdfSha256,
     *   HkdfSha256,
     *   CipherSuite,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     *
     * @example Use DHKEM(X25519, HKDF-SHA256).
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   CipherSuite,
     *   DhkemX25519HkdfSha256,
     *   HkdfSha256,
     * } from "@hpke/core";
     * const suite = new CipherSuite({
     *   kem: new DhkemX25519HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class CipherSuite extends cipherSuiteNative_js_1.CipherSuiteNative {
    }
    exports.CipherSuite = CipherSuite;
    /**
     * The DHKEM(P-256, HKDF-SHA256) for HPKE KEM implementing {@link KemInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `kem` parameter of {@link CipherSuiteParams} instead of `KemId.DhkemP256HkdfSha256`
     * as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   CipherSuite,
     *   DhkemP256HkdfSha256,
     *   HkdfSha256,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class DhkemP256HkdfSha256 extends dhkemNative_js_1.DhkemP256HkdfSha256Native {
    }
    exports.DhkemP256HkdfSha256 = DhkemP256HkdfSha256;
    /**
     * The DHKEM(P-384, HKDF-SHA384) for HPKE KEM implementing {@link KemInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `kem` parameter of {@link CipherSuiteParams} instead of `KemId.DhkemP384HkdfSha384`
     * as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   CipherSuite,
     *   DhkemP384HkdfSha384,
     *   HkdfSha384,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP384HkdfSha384(),
     *   kdf: new HkdfSha384(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class DhkemP384HkdfSha384 extends dhkemNative_js_1.DhkemP384HkdfSha384Native {
    }
    exports.DhkemP384HkdfSha384 = DhkemP384HkdfSha384;
    /**
     * The DHKEM(P-521, HKDF-SHA512) for HPKE KEM implementing {@link KemInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `kem` parameter of {@link CipherSuiteParams} instead of `KemId.DhkemP521HkdfSha512`
     * as follows:
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes256Gcm,
     *   CipherSuite,
     *   DhkemP521HkdfSha512,
     *   HkdfSha512,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP521HkdfSha512(),
     *   kdf: new HkdfSha512(),
     *   aead: new Aes256Gcm(),
     * });
     * ```
     */
    class DhkemP521HkdfSha512 extends dhkemNative_js_1.DhkemP521HkdfSha512Native {
    }
    exports.DhkemP521HkdfSha512 = DhkemP521HkdfSha512;
    /**
     * The HKDF-SHA256 for HPKE KDF implementing {@link KdfInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `kem` parameter of {@link CipherSuiteParams} instead of `KdfId.HkdfSha256`.
     *
     * The KDF class can only derive keys of the same length as the `hashSize`.
     * If you want to derive keys longer than the `hashSize`,
     * please use {@link https://jsr.io/@hpke/hpke-js/doc/~/CipherSuite | hpke-js#CipherSuite}.
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   CipherSuite,
     *   DhkemP256HkdfSha256,
     *   HkdfSha256,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP256HkdfSha256(),
     *   kdf: new HkdfSha256(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class HkdfSha256 extends common_1.HkdfSha256Native {
    }
    exports.HkdfSha256 = HkdfSha256;
    /**
     * The HKDF-SHA384 for HPKE KDF implementing {@link KdfInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `kem` parameter of {@link CipherSuiteParams} instead of `KdfId.HkdfSha384`.
     *
     * The KDF class can only derive keys of the same length as the `hashSize`.
     * If you want to derive keys longer than the `hashSize`,
     * please use {@link https://jsr.io/@hpke/hpke-js/doc/~/CipherSuite | hpke-js#CipherSuite}.
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes128Gcm,
     *   CipherSuite,
     *   DhkemP384HkdfSha384,
     *   HkdfSha384,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP384HkdfSha384(),
     *   kdf: new HkdfSha384(),
     *   aead: new Aes128Gcm(),
     * });
     * ```
     */
    class HkdfSha384 extends common_1.HkdfSha384Native {
    }
    exports.HkdfSha384 = HkdfSha384;
    /**
     * The HKDF-SHA512 for HPKE KDF implementing {@link KdfInterface}.
     *
     * When using `@hpke/core`, the instance of this class must be specified
     * to the `kem` parameter of {@link CipherSuiteParams} instead of `KdfId.HkdfSha512`.
     *
     * The KDF class can only derive keys of the same length as the `hashSize`.
     * If you want to derive keys longer than the `hashSize`,
     * please use {@link https://jsr.io/@hpke/hpke-js/doc/~/CipherSuite | hpke-js#CipherSuite}.
     *
     * @example
     *
     * ```ts
     * import {
     *   Aes256Gcm,
     *   CipherSuite,
     *   DhkemP521HkdfSha512,
     *   HkdfSha512,
     * } from "@hpke/core";
     *
     * const suite = new CipherSuite({
     *   kem: new DhkemP521HkdfSha512(),
     *   kdf: new HkdfSha512(),
     *   aead: new Aes256Gcm(),
     * });
     * ```
     */
    class HkdfSha512 extends common_1.HkdfSha512Native {
    }
    exports.HkdfSha512 = HkdfSha512;
});
part("core/src/recipientContext.js");
var __classPrivateFieldGet = (this && this.__classPrivateFieldGet) || function (receiver, state, kind, f) {
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a getter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
    return kind === "m" ? f : kind === "a" ? f.call(receiver) : f ? f.value : state.get(receiver);
};
var __classPrivateFieldSet = (this && this.__classPrivateFieldSet) || function (receiver, state, value, kind, f) {
    if (kind === "m") throw new TypeError("Private method is not writable");
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a setter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
    return (kind === "a" ? f.call(receiver, value) : f ? f.value = value : state.set(receiver, value)), value;
};
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./encryptionContext.js", "./mutex.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    var _RecipientContextImpl_mutex;
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.RecipientContextImpl = void 0;
    const common_1 = require("@hpke/common");
    const encryptionContext_js_1 = require("./encryptionContext.js");
    const mutex_js_1 = require("./mutex.js");
    class RecipientContextImpl extends encryptionContext_js_1.EncryptionContextImpl {
        constructor() {
            super(...arguments);
            _RecipientContextImpl_mutex.set(this, void 0);
        }
        async open(data, aad = common_1.EMPTY.buffer) {
            __classPrivateFieldSet(this, _RecipientContextImpl_mutex, __classPrivateFieldGet(this, _RecipientContextImpl_mutex, "f") ?? new mutex_js_1.Mutex(), "f");
            const release = await __classPrivateFieldGet(this, _RecipientContextImpl_mutex, "f").lock();
            let pt;
            try {
                pt = await this._ctx.key.open(this.computeNonce(this._ctx), (0, common_1.toArrayBuffer)(data), (0, common_1.toArrayBuffer)(aad));
            }
            catch (e) {
                throw new common_1.OpenError(e);
            }
            finally {
                release();
            }
            this.incrementSeq(this._ctx);
            return pt;
        }
    }
    exports.RecipientContextImpl = RecipientContextImpl;
    _RecipientContextImpl_mutex = new WeakMap();
});
part("core/src/senderContext.js");
var __classPrivateFieldGet = (this && this.__classPrivateFieldGet) || function (receiver, state, kind, f) {
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a getter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
    return kind === "m" ? f : kind === "a" ? f.call(receiver) : f ? f.value : state.get(receiver);
};
var __classPrivateFieldSet = (this && this.__classPrivateFieldSet) || function (receiver, state, value, kind, f) {
    if (kind === "m") throw new TypeError("Private method is not writable");
    if (kind === "a" && !f) throw new TypeError("Private accessor was defined without a setter");
    if (typeof state === "function" ? receiver !== state || !f : !state.has(receiver)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
    return (kind === "a" ? f.call(receiver, value) : f ? f.value = value : state.set(receiver, value)), value;
};
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common", "./encryptionContext.js", "./mutex.js"], factory);
    }
})(function (require, exports) {
    "use strict";
    var _SenderContextImpl_mutex;
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.SenderContextImpl = void 0;
    const common_1 = require("@hpke/common");
    const encryptionContext_js_1 = require("./encryptionContext.js");
    const mutex_js_1 = require("./mutex.js");
    class SenderContextImpl extends encryptionContext_js_1.EncryptionContextImpl {
        constructor(api, kdf, params, enc) {
            super(api, kdf, params);
            Object.defineProperty(this, "enc", {
                enumerable: true,
                configurable: true,
                writable: true,
                value: void 0
            });
            _SenderContextImpl_mutex.set(this, void 0);
            this.enc = enc;
        }
        async seal(data, aad = common_1.EMPTY.buffer) {
            __classPrivateFieldSet(this, _SenderContextImpl_mutex, __classPrivateFieldGet(this, _SenderContextImpl_mutex, "f") ?? new mutex_js_1.Mutex(), "f");
            const release = await __classPrivateFieldGet(this, _SenderContextImpl_mutex, "f").lock();
            let ct;
            try {
                ct = await this._ctx.key.seal(this.computeNonce(this._ctx), (0, common_1.toArrayBuffer)(data), (0, common_1.toArrayBuffer)(aad));
            }
            catch (e) {
                throw new common_1.SealError(e);
            }
            finally {
                release();
            }
            this.incrementSeq(this._ctx);
            return ct;
        }
    }
    exports.SenderContextImpl = SenderContextImpl;
    _SenderContextImpl_mutex = new WeakMap();
});
part("core/src/utils/emitNotSupported.js");
(function (factory) {
    if (typeof module === "object" && typeof module.exports === "object") {
        var v = factory(require, exports);
        if (v !== undefined) module.exports = v;
    }
    else if (typeof define === "function" && define.amd) {
        define(["require", "exports", "@hpke/common"], factory);
    }
})(function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.emitNotSupported = emitNotSupported;
    const common_1 = require("@hpke/common");
    function emitNotSupported() {
        return new Promise((_resolve, reject) => {
            reject(new common_1.NotSupportedError("Not supported"));
        });
    }
});
part("");
export const { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = load("core/mod.js");
export const { Chacha20Poly1305 } = load("chacha20poly1305/mod.js");
