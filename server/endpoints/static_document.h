/* A document that does not change, with its validator (RFC 9110 13.1.2). */
#ifndef MAKESHIFT_ENDPOINTS_STATIC_DOCUMENT_H
#define MAKESHIFT_ENDPOINTS_STATIC_DOCUMENT_H

#include "server/base/attr.h"
#include "server/endpoints/call.h"
#include "server/endpoints/published.h"

/* 200 with the document, or 304 when the caller has it. */
MUST_USE struct verdict static_document_answer(struct call *call,
                                               const struct published_text *document);

#endif
