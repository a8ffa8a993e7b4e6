// What the server knows, and what it has not been told yet. An edit counts once the server has answered;
// until then it is kept in this browser, so that neither a stopped server nor a closed tab loses it.

const RETRY_MS = 2000;
const BEAT_MS = 20000;

export class Store {
  constructor(listener) {
    this.listener = listener; // { loaded, changed, refused, offline, online }
    this.waiting = [];
    this.sending = false;
    this.ended = false;
  }

  async open() {
    this.take(await this.ask("state"));
    this.waiting = [...this.read(), ...this.waiting];
    if (this.waiting.length) this.listener.waits(this.waiting);
    this.send();
    setInterval(() => this.beat(), BEAT_MS);
  }

  // Adds an edit: { what, by, side, hairs, points_px }.
  edit(edit) {
    this.waiting.push({ ...edit, edit_id: crypto.randomUUID() });
    this.keep();
    this.listener.waits(this.waiting);
    this.send();
  }

  async send() {
    if (this.sending || !this.waiting.length || this.ended) return;
    this.sending = true;
    const edit = this.waiting[0];
    let answer = null;
    try {
      answer = await this.ask("edit", { ...edit, version: this.version });
    } catch (error) {
      if (!error.refusal) {
        this.sending = false;
        this.listener.offline(this.waiting.length);
        setTimeout(() => this.send(), RETRY_MS);
        return;
      }
      this.waiting.shift();
      this.listener.refused(edit, error.message);
      await this.ask("state").then((state) => this.take(state), () => {});
    }
    if (answer) {
      this.waiting.shift();
      this.take(answer, edit);
    }
    this.keep();
    this.sending = false;
    this.listener.online();
    this.listener.waits(this.waiting);
    this.send();
  }

  take(answer, edit) {
    this.version = answer.version;
    if (answer.photos) {
      this.journal = answer.journal_id;
      this.listener.loaded(answer);
    } else {
      this.listener.changed(answer, edit);
    }
  }

  async beat() {
    if (this.ended) return;
    try {
      await this.ask("alive", {});
      this.listener.online();
    } catch {
      this.listener.offline(this.waiting.length);
    }
  }

  async finish() {
    const answer = await this.ask("done", {});
    this.ended = true;
    return answer;
  }

  async ask(what, body) {
    const sent = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(what, sent || {});
    if (answer.ok) return answer.json();
    const error = new Error(answer.status === 403 ? "this address is not valid any more" : String(answer.status));
    if (answer.status === 409 || answer.status === 400) {
      error.message = (await answer.json()).error;
      error.refusal = true;
    }
    throw error;
  }

  keep() {
    const name = `hairdensity-unsaved-${this.journal}`;
    if (this.waiting.length) localStorage.setItem(name, JSON.stringify(this.waiting));
    else localStorage.removeItem(name);
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(`hairdensity-unsaved-${this.journal}`)) || [];
    } catch {
      return [];
    }
  }
}
