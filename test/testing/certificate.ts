import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const long = body.length < 128 ? [] : body.length < 256 ? [0x81] : [0x82, body.length >> 8]
  return Buffer.concat([Buffer.from([tag, ...long, body.length & 0xff]), body])
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const hex = (text: string) => Buffer.from(text, 'hex')
const oid = (text: string) => der(0x06, hex(text))
const ascii = (tag: number, text: string) => der(tag, Buffer.from(text, 'ascii'))

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'))
const VALIDITY = sequence(ascii(0x17, '200101000000Z'), ascii(0x17, '491231235959Z'))
const AUTHORITY = name('stand-in authority')
const BASIC_CONSTRAINTS_CA = sequence(oid('551d13'), der(0x04, sequence(der(0x01, hex('ff')))))
const LOOPBACK_NAME = sequence(oid('551d11'), der(0x04, sequence(der(0x87, hex('7f000001')))))

function name(text: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), ascii(0x0c, text))))
}

const pem = (label: string, bytes: Buffer) =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`

function certify(subject: Buffer, publicKey: KeyObject, extension: Buffer, signer: KeyObject): string {
  const body = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, hex('01')),
    ECDSA_SHA256,
    AUTHORITY,
    VALIDITY,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  )
  const signature = Buffer.concat([hex('00'), sign('sha256', body, signer)])
  return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, der(0x03, signature)))
}

/**
 * A fresh key and certificate for 127.0.0.1, and that of the authority that signed it, all as PEM. Two certificates,
 * since some clients (rustls) take no authority for a server.
 */
export function makeCertificate(): { key: string; cert: string; ca: string } {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: certify(name('stand-in'), server.publicKey, LOOPBACK_NAME, authority.privateKey),
    ca: certify(AUTHORITY, authority.publicKey, BASIC_CONSTRAINTS_CA, authority.privateKey),
  }
}
