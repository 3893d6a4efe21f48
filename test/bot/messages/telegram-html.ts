const ALLOWED = new Set(['b', 'i', 'code', 'pre']);

/**
 * What is wrong with a text as Telegram HTML, or null; and what of it is seen. Stricter than Telegram: only the tags
 * this bot uses, without attributes, closed in their order; `<`, `>` and `&` nowhere else.
 */
export function readHtml(html: string): { readonly wrong: string | null; readonly seen: string } {
  const open: string[] = [];
  let seen = '';
  const wrong = (why: string) => ({ wrong: why, seen });
  for (let at = 0; at < html.length;) {
    const rest = html.slice(at);
    const tag = /^<(\/?)([a-z]+)>/.exec(rest);
    const entity = /^&(lt|gt|amp);/.exec(rest);
    if (tag !== null) {
      const [whole, slash, name = ''] = tag;
      if (!ALLOWED.has(name)) return wrong(`tag ${name}`);
      if (slash === '') open.push(name);
      else if (open.pop() !== name) return wrong(`${whole} closes another tag`);
      at += whole.length;
    } else if (entity !== null) {
      seen += { lt: '<', gt: '>', amp: '&' }[entity[1] ?? ''] ?? '';
      at += entity[0].length;
    } else if (/^[<>&]/.test(rest)) {
      return wrong(`bare "${rest.slice(0, 20)}"`);
    } else {
      seen += rest.charAt(0);
      at++;
    }
  }
  return { wrong: open.length > 0 ? `<${open.join('><')}> left open` : null, seen };
}
