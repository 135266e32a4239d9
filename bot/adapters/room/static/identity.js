// Who this browser is: a secret made by the room. "/?new" begins another person that lives in one tab only.

const TOKEN = "lectern.token";
const OWN_TAB = "lectern.own-tab";

export class Identity {
  constructor() {
    if (new URLSearchParams(location.search).has("new")) {
      sessionStorage.clear();
      sessionStorage.setItem(OWN_TAB, "1");
      history.replaceState(null, "", "/");
    }
    this.box = sessionStorage.getItem(OWN_TAB) ? sessionStorage : localStorage;
  }

  get token() {
    return this.box.getItem(TOKEN);
  }

  keep(token) {
    this.box.setItem(TOKEN, token);
  }
}
