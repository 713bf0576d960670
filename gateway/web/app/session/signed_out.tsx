import { useMessages } from '../i18n/use_messages';
import { Heading } from '../parts/heading';
import { route } from '../state/route';
import { useStore } from '../state/store';
import { hereAndNow, lookWhoIsHere, signInPath, type WhyOut } from './session';

/** Stands instead of everything while nobody is signed in. */
export function SignedOut({ why }: { why: WhyOut }) {
  const { m } = useMessages();
  useStore(route);
  const says = { nobody: m.signIn.nobody, over: m.signIn.over, signed_out: m.signIn.signedOut }[why];
  return (
    <div class="card door" role={why === 'over' ? 'alert' : undefined}>
      <Heading>{m.signIn.title}</Heading>
      <p>{says}</p>
      <p><a class="button primary" href={signInPath(why === 'signed_out' ? '/' : hereAndNow())}>{m.signIn.button}</a></p>
    </div>
  );
}

export function NoAnswerYet() {
  const { m } = useMessages();
  return (
    <div class="card door" role="alert">
      <Heading>callvault</Heading>
      <p>{m.signIn.noAnswer}</p>
      <p><button type="button" onClick={() => void lookWhoIsHere()}>{m.signIn.retry}</button></p>
    </div>
  );
}
