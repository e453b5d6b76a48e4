/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline-http: all aggregators of one configuration, each a section [aggregator NAME], behind
 * one HTTP server: /NAME/part. */
#ifndef ML_HTTP_AGGREGATORS_H
#define ML_HTTP_AGGREGATORS_H

int http_main(int argc, char **argv);

#endif
