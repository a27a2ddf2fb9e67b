import { OpenAPIHono, type z } from '@hono/zod-openapi';

/** A part of an OpenAPI document, as parsed JSON. */
type Node = unknown;
type NodeObject = Readonly<Record<string, Node>>;

/** Keys that say something of a place, not of the schema that stands there. */
const OF_THE_PLACE: ReadonlySet<string> = new Set(['default', 'description']);

function isObject(node: Node): node is NodeObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/** One text for equal content, whatever the order of its keys. */
function canonical(node: Node): string {
  return JSON.stringify(node, (_, value: Node) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** An enum of one value is a constant: generators make a class of every enum. */
function withConstants(node: Node): Node {
  if (Array.isArray(node)) return node.map(withConstants);
  if (!isObject(node)) return node;
  const entries = Object.entries(node).map(([key, value]): [string, Node] =>
    key === 'enum' && Array.isArray(value) && value.length === 1
      ? ['const', value[0]]
      : [key, withConstants(value)],
  );
  return Object.fromEntries(entries);
}

/** The same schema without `null`; `undefined` if it does not allow it. */
function withoutNull(schema: NodeObject): NodeObject | undefined {
  const { type, enum: values, ...rest } = schema;
  if (!Array.isArray(type) || !type.includes('null')) return undefined;
  const types = type.filter((one) => one !== 'null');
  return {
    ...rest,
    type: types.length === 1 ? types[0] : types,
    ...(Array.isArray(values) ? { enum: values.filter((value) => value !== null) } : {}),
  };
}

/** The schemas as the document's generator writes them. */
function written(components: Readonly<Record<string, z.ZodType>>): Record<string, Node> {
  const generator = new OpenAPIHono();
  for (const [name, schema] of Object.entries(components)) {
    const content = { 'application/json': { schema } };
    generator.openAPIRegistry.registerPath({
      method: 'get',
      path: `/${name}`,
      responses: { 200: { description: name, content } },
    });
  }
  const { paths = {} } = generator.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: '', version: '' },
  });
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      const [answer] = Object.values(item?.get?.responses ?? {});
      return [path.slice(1), withConstants(answer?.content?.['application/json']?.schema)];
    }),
  );
}

/**
 * Puts named schemas into the document's components and refers to them wherever they stand. What the document allows is
 * the same before and after.
 *
 * @param document an OpenAPI 3.1 document with every schema in its place
 * @throws Error if two names stand for one schema: a reference could mean either
 */
export function shareSchemas<Document extends object>(
  document: Document,
  components: Readonly<Record<string, z.ZodType>>,
): Document {
  const schemas = written(components);
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(schemas)) {
    const other = names.get(canonical(schema));
    if (other !== undefined)
      throw new Error(`"${name}" and "${other}" are one schema: keep one of the names.`);
    names.set(canonical(schema), name);
  }

  function reference(node: NodeObject): NodeObject | undefined {
    const entries = Object.entries(node);
    const place = Object.fromEntries(entries.filter(([key]) => OF_THE_PLACE.has(key)));
    const schema = Object.fromEntries(entries.filter(([key]) => !OF_THE_PLACE.has(key)));
    const name = names.get(canonical(schema));
    if (name !== undefined) return { $ref: `#/components/schemas/${name}`, ...place };
    const present = withoutNull(schema);
    const nullable = present && names.get(canonical(present));
    if (nullable === undefined) return undefined;
    return { anyOf: [{ $ref: `#/components/schemas/${nullable}` }, { type: 'null' }], ...place };
  }
  function shared(node: Node): Node {
    if (Array.isArray(node)) return node.map(shared);
    if (!isObject(node)) return node;
    return reference(node) ?? inside(node);
  }
  function inside(node: NodeObject): NodeObject {
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, shared(value)]));
  }

  const { components: others, ...rest } = withConstants(document) as NodeObject;
  return {
    ...inside(rest),
    components: {
      ...(isObject(others) ? others : {}),
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [name, isObject(schema) ? inside(schema) : schema]),
      ),
    },
  } as Document;
}
