/* The words of an expression. */
#ifndef MAKESHIFT_IML_LEXER_H
#define MAKESHIFT_IML_LEXER_H

#include "server/iml/operator.h"

enum token_kind {
    TOKEN_END,    /* of the text */
    TOKEN_CLOSE,  /* }} */
    TOKEN_OPEN,   /* {{ */
    TOKEN_NUMBER, /* `number` */
    TOKEN_TEXT,   /* `bytes`: what stood in quotes */
    TOKEN_NAME,   /* `bytes` */
    TOKEN_TICKED, /* the same, and it stood in backticks */
    TOKEN_SIGN,   /* `sign`: one of ( ) [ ] , . */
    TOKEN_OPERATOR,
    TOKEN_WRONG, /* `iml->fault` says why */
};

struct token {
    enum token_kind kind;
    size_t at;
    char sign;
    double number;
    const char *bytes;
    size_t size;
};

struct lexer {
    struct iml *iml;
    const char *text;
    size_t size;
    size_t at;
};

/* The next word, and the lexer behind it. An operator is not read yet: which it is depends on where
 * it stands (operator_find). */
struct token lexer_next(struct lexer *lexer);

/* The name behind a dot: its characters may begin with digits. */
struct token lexer_next_member(struct lexer *lexer);

#endif
