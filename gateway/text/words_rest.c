/* SPDX-License-Identifier: Apache-2.0 */
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text/words.h"

/* What is only read is in the file too, and comes back from there. */
static void leave(const struct dl_phdr_info *library, const ElfW(Phdr) * part)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = library->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
        madvise((void *)(begin & ~(page - 1)), part->p_memsz + (begin & (page - 1)), MADV_DONTNEED);
}

static int visit(struct dl_phdr_info *library, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    const char *slash = strrchr(library->dlpi_name, '/');
    if (!slash || strncmp(slash, "/libicudata.", strlen("/libicudata.")) != 0)
        return 0;
    for (size_t i = 0; i < library->dlpi_phnum; i++)
        leave(library, &library->dlpi_phdr[i]);
    return 1;
}

void words_rest(void)
{
    dl_iterate_phdr(visit, NULL);
}
