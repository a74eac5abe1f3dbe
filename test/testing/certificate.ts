import { generateKeyPairSync, sign } from 'node:crypto'

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
const NAME = sequence(der(0x31, sequence(oid('550403'), ascii(0x0c, 'stand-in'))))
const VALIDITY = sequence(ascii(0x17, '200101000000Z'), ascii(0x17, '491231235959Z'))
const EXTENSIONS = sequence(
  sequence(oid('551d13'), der(0x04, sequence(der(0x01, hex('ff'))))),
  sequence(oid('551d11'), der(0x04, sequence(der(0x87, hex('7f000001'))))),
)

/** A fresh key and a self-signed certificate for 127.0.0.1, as PEM. */
export function makeCertificate(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, hex('01')),
    ECDSA_SHA256,
    NAME,
    VALIDITY,
    NAME,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, EXTENSIONS),
  )
  const signature = Buffer.concat([hex('00'), sign('sha256', body, privateKey)])
  const certificate = sequence(body, ECDSA_SHA256, der(0x03, signature)).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}
