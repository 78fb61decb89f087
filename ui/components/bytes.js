// Bytes that came as text (base64).
function bytesOf(text) {
  const letters = atob(text);
  const found = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) found[i] = letters.charCodeAt(i); // "from" with a function takes ten times as long
  return found;
}
