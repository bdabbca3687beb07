// Words of recovery keys and of passphrases: a list of 2,048, fetched when somebody first shows or types them (decision 0016).

import {
  decodeRecoveryWords,
  encodeRecoveryWords,
  generatePassphrase,
} from "@halqa/backup";

export { decodeRecoveryWords, encodeRecoveryWords, generatePassphrase };
