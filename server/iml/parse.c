#include "server/iml/parse.h"

#include <stdint.h>
#include <string.h>

#include "server/base/str.h"
#include "server/iml/function.h"
#include "server/iml/lexer.h"

/* A tree is evaluated by functions that call themselves: a chain of operators is bounded, too. */
#define TREE_DEPTH_MAX 1000

struct parser {
    struct iml *iml;
    struct lexer lexer;
    struct token token; /* the next one */
};

/* The children of a node to be. */
struct children {
    const struct node **items;
    size_t count, room;
};

static const struct node *parse_template(struct iml *iml, const char *text, size_t size);
static const struct node *parse_rank(struct parser *parser, unsigned rank);

static void add(struct parser *parser, struct children *children, const struct node *child)
{
    if (children->count == children->room) {
        size_t room = children->room == 0 ? 4 : 2 * children->room;
        const struct node **items = arena_alloc(parser->iml->arena, room * sizeof(*items));
        for (size_t i = 0; i < children->count; i++) {
            items[i] = children->items[i];
        }
        children->items = items;
        children->room = room;
    }
    children->items[children->count++] = child;
}

static const struct node *refuse(struct parser *parser, size_t at, const char *problem)
{
    iml_fail(parser->iml, problem);
    parser->iml->fault.at = at;
    return NULL;
}

/* The arena's copy of a node, which takes the children. */
static const struct node *make(struct parser *parser, struct node node,
                               const struct children *children)
{
    node.children = children == NULL ? NULL : children->items;
    node.count = children == NULL ? 0 : children->count;
    for (size_t i = 0; i < node.count; i++) {
        size_t depth = node.children[i]->depth;
        node.depth = depth > node.depth ? depth : node.depth;
    }
    node.depth++;
    return node.depth > TREE_DEPTH_MAX
               ? refuse(parser, node.at, "the expression is too long a chain")
               : arena_copy(parser->iml->arena, &node, sizeof(node));
}

static bool advance(struct parser *parser)
{
    parser->token = lexer_next(&parser->lexer);
    return parser->token.kind != TOKEN_WRONG;
}

static bool is_sign(const struct parser *parser, char sign)
{
    return parser->token.kind == TOKEN_SIGN && parser->token.sign == sign;
}

static const char *name_of(struct parser *parser, const struct token *token)
{
    return arena_strndup(parser->iml->arena, token->bytes, token->size);
}

static const struct node *refuse_token(struct parser *parser, const char *expected)
{
    size_t at = parser->token.at;
    struct arena *arena = parser->iml->arena;
    if (parser->token.kind == TOKEN_END) {
        return refuse(parser, at,
                      arena_printf(arena, "the expression ends where %s is due", expected));
    }
    size_t left = parser->lexer.size - at;
    size_t size = str_utf8_prefix(parser->lexer.text + at, left < 12 ? left : 12);
    return refuse(parser, at,
                  arena_printf(arena, "'%.*s' stands where %s is due", (int)size,
                               parser->lexer.text + at, expected));
}

/* Past a sign that has to be here. */
static bool expect(struct parser *parser, char sign, const char *name)
{
    if (!is_sign(parser, sign)) {
        return refuse_token(parser, name) != NULL;
    }
    return advance(parser);
}

static bool has_arity(struct parser *parser, const struct node *call)
{
    const struct iml_function *function = call->function;
    if (function == NULL ||
        (call->count >= function_least(function) && call->count <= function_most(function))) {
        return true;
    }
    return refuse(parser, call->at,
                  arena_printf(parser->iml->arena, "%s takes (%s), and here it gets %zu argument%s",
                               function->name, function->takes, call->count,
                               call->count == 1 ? "" : "s")) != NULL;
}

/* Behind its opening parenthesis. */
static const struct node *parse_call(struct parser *parser, struct node call)
{
    struct children arguments = {0};
    while (!is_sign(parser, ')')) {
        if (arguments.count > 0 && !expect(parser, ',', "a comma or a closing parenthesis")) {
            return NULL;
        }
        const struct node *argument = parse_rank(parser, 1);
        if (argument == NULL) {
            return NULL;
        }
        add(parser, &arguments, argument);
    }
    const struct node *node = advance(parser) ? make(parser, call, &arguments) : NULL;
    return node != NULL && has_arity(parser, node) ? node : NULL;
}

static const struct node *parse_name(struct parser *parser)
{
    const struct token token = parser->token;
    struct node node = {.kind = NODE_NAME, .at = token.at, .name = name_of(parser, &token)};
    if (!advance(parser)) {
        return NULL;
    }
    if (token.kind == TOKEN_TICKED) {
        return make(parser, node, NULL);
    }
    node.function = function_find(token.bytes, token.size);
    if (is_sign(parser, '(')) {
        node.kind = NODE_CALL;
        return advance(parser) ? parse_call(parser, node) : NULL;
    }
    node.kind = node.function != NULL && node.function->is_bare ? NODE_CALL : NODE_NAME;
    return make(parser, node, NULL);
}

/* Quotation marks hold expressions as well. */
static const struct node *parse_quoted(struct parser *parser)
{
    const struct token token = parser->token;
    struct iml *iml = parser->iml;
    if (!advance(parser)) {
        return NULL;
    }
    const struct node *text = parse_template(iml, token.bytes, token.size);
    if (text == NULL) {
        iml->fault.at += token.at + 1;
        return NULL;
    }
    const struct node *parts[] = {text};
    const struct children children = {.items = parts, .count = 1};
    struct node node = {.kind = NODE_TEXT, .at = token.at};
    if (text->kind == NODE_VALUE) {
        return text;
    }
    const struct children kept = {.items = arena_copy(iml->arena, children.items, sizeof(parts)),
                                  .count = 1};
    return make(parser, node, &kept);
}

static const struct node *parse_group(struct parser *parser, enum token_kind kind)
{
    const struct node *inner = advance(parser) ? parse_rank(parser, 1) : NULL;
    if (inner == NULL) {
        return NULL;
    }
    if (kind == TOKEN_SIGN) {
        return expect(parser, ')', "a closing parenthesis") ? inner : NULL;
    }
    if (parser->token.kind != TOKEN_CLOSE) {
        return refuse_token(parser, "'}}'");
    }
    return advance(parser) ? inner : NULL;
}

static const struct node *parse_primary(struct parser *parser)
{
    const struct token token = parser->token;
    if (token.kind == TOKEN_NAME || token.kind == TOKEN_TICKED) {
        return parse_name(parser);
    }
    if (token.kind == TOKEN_TEXT) {
        return parse_quoted(parser);
    }
    if (token.kind == TOKEN_OPEN || is_sign(parser, '(')) {
        return parse_group(parser, token.kind);
    }
    if (token.kind == TOKEN_NUMBER) {
        struct node node = {.kind = NODE_VALUE, .at = token.at, .value = iml_number(token.number)};
        return advance(parser) ? make(parser, node, NULL) : NULL;
    }
    return refuse_token(parser, "a value");
}

/* Behind an opening bracket. */
static const struct node *parse_index(struct parser *parser, const struct node *of, size_t at)
{
    struct children children = {0};
    add(parser, &children, of);
    if (!is_sign(parser, ']')) {
        const struct node *index = parse_rank(parser, 1);
        if (index == NULL) {
            return NULL;
        }
        add(parser, &children, index);
    }
    const struct node node = {.kind = NODE_INDEX, .at = at};
    return expect(parser, ']', "a closing bracket") ? make(parser, node, &children) : NULL;
}

static const struct node *parse_member(struct parser *parser, const struct node *of, size_t at)
{
    struct children children = {0};
    const struct token token = lexer_next_member(&parser->lexer);
    if (token.kind == TOKEN_WRONG || !advance(parser)) {
        return NULL;
    }
    add(parser, &children, of);
    const struct node node = {.kind = NODE_MEMBER, .at = at, .name = name_of(parser, &token)};
    return make(parser, node, &children);
}

static const struct node *parse_postfix(struct parser *parser)
{
    const struct node *node = parse_primary(parser);
    while (node != NULL && (is_sign(parser, '.') || is_sign(parser, '['))) {
        size_t at = parser->token.at;
        if (parser->token.sign == '.') {
            node = parse_member(parser, node, at);
            continue;
        }
        node = advance(parser) ? parse_index(parser, node, at) : NULL;
    }
    return node;
}

static bool take_operator(struct parser *parser, const struct operator_row *row)
{
    parser->lexer.at += strlen(row->sign);
    return advance(parser);
}

static const struct operator_row *operator_here(const struct parser *parser, bool is_before)
{
    return parser->token.kind != TOKEN_OPERATOR
               ? NULL
               : operator_find(parser->lexer.text + parser->token.at,
                               parser->lexer.size - parser->token.at, is_before);
}

static const struct node *parse_before(struct parser *parser)
{
    const struct operator_row *row = operator_here(parser, true);
    const struct node *child = NULL;
    struct children children = {0};
    struct node node = {.kind = NODE_OPERATOR, .at = parser->token.at, .operator= row };
    if (parser->iml->depth >= IML_DEPTH_MAX) {
        return refuse(parser, parser->token.at, "expressions stand too deep in each other");
    }
    parser->iml->depth++;
    if (row == NULL) {
        child = parse_postfix(parser);
    } else if (take_operator(parser, row) && (child = parse_before(parser)) != NULL) {
        add(parser, &children, child);
        child = make(parser, node, &children);
    }
    parser->iml->depth--;
    return child;
}

/* Operators of this rank and above; those of one rank from left to right. */
static const struct node *parse_rank(struct parser *parser, unsigned rank)
{
    const struct node *left = parse_before(parser);
    const struct operator_row *row;
    while (left != NULL && (row = operator_here(parser, false)) != NULL && row->rank >= rank) {
        struct children children = {0};
        const struct node node = {.kind = NODE_OPERATOR, .at = parser->token.at, .operator= row };
        const struct node *right =
            take_operator(parser, row) ? parse_rank(parser, row->rank + 1) : NULL;
        if (right == NULL) {
            return NULL;
        }
        add(parser, &children, left);
        add(parser, &children, right);
        left = make(parser, node, &children);
    }
    return left;
}

static const struct node *parse_literal(struct parser *parser, size_t from, size_t to)
{
    const char *bytes = arena_strndup(parser->iml->arena, parser->lexer.text + from, to - from);
    const struct node node = {
        .kind = NODE_VALUE, .at = from, .value = iml_text_n(bytes, to - from)};
    return make(parser, node, NULL);
}

/* From behind the opening braces to behind the closing ones. */
static const struct node *parse_braces(struct parser *parser, size_t *at)
{
    parser->lexer.at = *at + 2;
    const struct node *node = advance(parser) ? parse_rank(parser, 1) : NULL;
    if (node != NULL && parser->token.kind != TOKEN_CLOSE) {
        return refuse_token(parser, "an operator or '}}'");
    }
    *at = parser->lexer.at;
    return node;
}

static const struct node *parse_template(struct iml *iml, const char *text, size_t size)
{
    struct parser parser = {.iml = iml, .lexer = {.iml = iml, .text = text, .size = size}};
    struct children parts = {0};
    size_t at = 0;
    while (at < size || parts.count == 0) {
        const char *braces = memmem(text + at, size - at, "{{", 2);
        size_t end = braces == NULL ? size : (size_t)(braces - text);
        if (end > at || size == 0) {
            add(&parser, &parts, parse_literal(&parser, at, end));
            at = end;
        }
        if (braces != NULL) {
            const struct node *part = parse_braces(&parser, &at);
            if (part == NULL) {
                return NULL;
            }
            add(&parser, &parts, part);
        }
    }
    const struct node node = {.kind = NODE_TEXT};
    return parts.count == 1 ? parts.items[0] : make(&parser, node, &parts);
}

static bool is_small(struct iml *iml, size_t size)
{
    iml->fault = (struct iml_fault){0};
    return size <= PARSE_SIZE_MAX || iml_refuse(iml, "the text is longer than 1 MiB") == 0;
}

const struct node *parse_text(struct iml *iml, const char *text, size_t size)
{
    return is_small(iml, size) ? parse_template(iml, text, size) : NULL;
}

const struct node *parse_expression(struct iml *iml, const char *text, size_t size)
{
    struct parser parser = {.iml = iml, .lexer = {.iml = iml, .text = text, .size = size}};
    const struct node *node =
        is_small(iml, size) && advance(&parser) ? parse_rank(&parser, 1) : NULL;
    return node == NULL || parser.token.kind == TOKEN_END ? node
                                                          : refuse_token(&parser, "an operator");
}
