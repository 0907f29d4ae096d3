/* What mends that a server does not answer doctor, or not as an issuer. */
#ifndef MAKESHIFT_TOOLS_MEND_H
#define MAKESHIFT_TOOLS_MEND_H

#include "server/tools/diagnosis.h"

/* `problem` says why there is no answer. */
const char *mend_silence(const struct diagnosis *diagnosis, const char *problem, bool is_late);

/* What is told of an answer that is no issuer's metadata, behind its status; and what mends it. */
const char *mend_metadata_seen(const struct diagnosis *diagnosis);
const char *mend_metadata(const struct diagnosis *diagnosis);

/* The address of the name as this machine sees it; NULL: none. */
const char *mend_address(struct arena *arena, const char *host);

#endif
