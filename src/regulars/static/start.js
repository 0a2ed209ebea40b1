/* Sends files as they are, straight to disk on the server, and shows how far each is. Without this script the same
   form sends them itself. A dropped file needs no code: the field takes it, wherever on the card it falls. */
"use strict";
(function () {
  const form = document.getElementById("upload");
  const field = document.getElementById("file");
  const list = document.getElementById("sending");
  const trouble = document.getElementById("trouble");
  const arrived = document.getElementById("arrived");
  const token = document.querySelector("meta[name=csrf]").content;

  const row = (name) => {
    const item = document.createElement("li");
    const label = document.createElement("bdi");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    label.textContent = name;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    state.className = "small";
    item.append(label, bar, state);
    list.append(item);
    return { bar, state };
  };

  const send = (file) => new Promise((resolve, reject) => {
    const { bar, state } = row(file.name);
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/v1/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-CSRF-Token", token);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      const share = event.total ? Math.round(event.loaded / event.total * 100) : 0;
      bar.value = share;
      state.textContent = share < 100 ? `${form.dataset.sending} ${share} %` : form.dataset.checking;
    });
    request.addEventListener("load", () => {
      if (request.status === 201 && request.response) { bar.value = 100; resolve(request.response.id); }
      else reject(new Error(request.response?.error?.message || form.dataset.broken));
    });
    request.addEventListener("error", () => reject(new Error(form.dataset.broken)));
    request.send(file);
  });

  const begin = async () => {
    const files = [...field.files];
    if (!files.length) return;
    trouble.hidden = true;
    list.replaceChildren();
    list.hidden = false;
    field.disabled = true;
    try {
      const large = files.find((file) => file.size > Number(form.dataset.most));
      if (large) throw new Error(`${large.name}: ${form.dataset.tooLarge}`);
      for (const file of files) {
        const key = document.createElement("input");
        key.type = "hidden";
        key.name = "upload";
        key.value = await send(file);
        arrived.append(key);
      }
      arrived.submit();
    } catch (error) {
      trouble.textContent = error.message;
      trouble.hidden = false;
      list.hidden = true;
      field.disabled = false;
      field.value = "";
      field.focus();
      arrived.querySelectorAll("[name=upload]").forEach((key) => key.remove());
    }
  };

  field.addEventListener("change", begin);
  form.addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (field.disabled || !event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    begin();
  });
  addEventListener("pageshow", () => { field.disabled = false; });
})();
