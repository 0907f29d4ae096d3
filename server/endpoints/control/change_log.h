/* The log's line about each call of the control door that changed something: whoever reads the log
 * of a test sees that the clock was moved, and by whom. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_CHANGE_LOG_H
#define MAKESHIFT_ENDPOINTS_CONTROL_CHANGE_LOG_H

#include "server/endpoints/control/door.h"

/* After its handler, whose answer is no refusal. */
void change_log(const struct door *door);

#endif
