/** JSON Schema draft 7, as far as a provider reads it. Other keywords pass through unchanged. */
export interface JSONSchema7 {
  $schema?: string
  $ref?: string
  $id?: string
  $comment?: string
  $defs?: { [key: string]: JSONSchema7Definition }
  definitions?: { [key: string]: JSONSchema7Definition }
  type?: JSONSchema7TypeName | JSONSchema7TypeName[]
  title?: string
  description?: string
  default?: JSONSchema7Type
  examples?: JSONSchema7Type
  enum?: JSONSchema7Type[]
  const?: JSONSchema7Type
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  multipleOf?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  items?: JSONSchema7Definition | JSONSchema7Definition[]
  additionalItems?: JSONSchema7Definition
  contains?: JSONSchema7Definition
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  properties?: { [key: string]: JSONSchema7Definition }
  patternProperties?: { [key: string]: JSONSchema7Definition }
  additionalProperties?: JSONSchema7Definition
  propertyNames?: JSONSchema7Definition
  dependencies?: { [key: string]: JSONSchema7Definition | string[] }
  required?: string[]
  minProperties?: number
  maxProperties?: number
  allOf?: JSONSchema7Definition[]
  anyOf?: JSONSchema7Definition[]
  oneOf?: JSONSchema7Definition[]
  not?: JSONSchema7Definition
  if?: JSONSchema7Definition
  then?: JSONSchema7Definition
  else?: JSONSchema7Definition
  readOnly?: boolean
  writeOnly?: boolean
  contentMediaType?: string
  contentEncoding?: string
}

export type JSONSchema7Definition = JSONSchema7 | boolean

export type JSONSchema7TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null'

export type JSONSchema7Type =
  | string
  | number
  | boolean
  | null
  | JSONSchema7Type[]
  | { [key: string]: JSONSchema7Type }
