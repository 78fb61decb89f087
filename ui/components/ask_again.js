// Asks the server again and again while it stands on the page: for an answer that is being computed there.
export default function ({ data, setTriggerValue }) {
  const timer = setInterval(() => setTriggerValue("ask", true), data.every);
  return () => clearInterval(timer);
}
